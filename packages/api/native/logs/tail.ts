import type { LogTailMessage } from '../../contract/logs.ts';
import { MAX_ENTRIES } from '../../loki/loki-params.ts';
import type { TailRoute } from '../../loki/tail/tail-route.ts';
import { lineView } from './line-view.ts';
import { readFollowRequest } from './log-request.ts';
import { queryFailure } from './query-failure.ts';

/** `WS /api/v1/petrel/logs/tail`. */
export const nativeTail: TailRoute = {
  path: '/api/v1/petrel/logs/tail',
  prepare: ({ search }, { nowMs }) => {
    const { plan, params, startNs } = readFollowRequest(search, nowMs());
    const limit = Math.min(params.limit(), MAX_ENTRIES);
    return {
      follow: { plan, startNs, limit, delayMs: 0 },
      message: ({ lines, dropped }) => {
        const message: LogTailMessage = { lines: lines.map(lineView), dropped: dropped.count };
        return JSON.stringify(message);
      },
    };
  },
  refuse: (error) => {
    const { status, json } = queryFailure(error);
    return { status, type: 'application/json', body: json };
  },
};
