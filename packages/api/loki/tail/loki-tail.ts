import { PetrelError } from '@petrel/model';
import { planLogSelector } from '@petrel/query/logql/index.ts';
import { parseLogSelector } from '@petrel/query/logql/parse/index.ts';
import { labelsJson } from '../../prometheus/render/labels-json.ts';
import { RequestParams } from '../../prometheus/request-params.ts';
import { errorAnswer } from '../answer.ts';
import { legacyStreams, rfc3339Nano } from '../legacy.ts';
import { LokiParams } from '../loki-params.ts';
import { wantsCategories } from '../render/send-answer.ts';
import { CATEGORIZE, streamsJson } from '../render/streams-json.ts';
import type { PreparedTail, TailBatch, TailRequest, TailRoute } from './tail-route.ts';

/** Seconds. */
const MAX_DELAY = 5;

/** `/loki/api/v1/tail`. */
export const lokiTail: TailRoute = {
  path: '/loki/api/v1/tail',
  prepare: (request, { nowMs }) => {
    const categorize = wantsCategories(request);
    return { follow: followOf(request, nowMs()), message: (batch) => messageJson(batch, categorize) };
  },
  refuse,
};

/** `/api/prom/tail`. */
export const legacyTail: TailRoute = {
  path: '/api/prom/tail',
  prepare: (request, { nowMs }) => ({
    follow: followOf(request, nowMs()),
    message: ({ lines, dropped }) =>
      JSON.stringify({
        streams: legacyStreams(lines),
        dropped_entries: dropped.entries.map(({ tsNs, labels }) => ({
          Timestamp: rfc3339Nano(tsNs),
          Labels: labels.toString(),
        })),
      }),
  }),
  refuse,
};

function followOf({ search }: TailRequest, nowMs: number): PreparedTail['follow'] {
  const params = new LokiParams(new RequestParams(search), nowMs);
  const plan = planLogSelector(parseLogSelector(params.get('query')));
  const limit = params.entriesLimit();
  const { startNs } = params.range();
  const delay = params.integer('delay_for', 0);
  if (delay > MAX_DELAY) throw new PetrelError('BAD_REQUEST', `delay_for can't be greater than ${MAX_DELAY}`);
  return { plan, startNs, limit, delayMs: Math.max(0, delay) * 1000 };
}

function messageJson({ lines, dropped }: TailBatch, categorize: boolean): string {
  const parts: string[] = [];
  if (lines.length > 0) parts.push(`"streams":${[...streamsJson(lines, { categorize })].join('')}`);
  if (categorize) parts.push(`"encodingFlags":["${CATEGORIZE}"]`);
  if (dropped.entries.length > 0) {
    const entries = dropped.entries.map(({ tsNs, labels }) => `{"timestamp":"${tsNs}","labels":${labelsJson(labels)}}`);
    parts.push(`"dropped_entries":[${entries.join(',')}]`);
  }
  return `{${parts.join(',')}}`;
}

function refuse(error: PetrelError): ReturnType<TailRoute['refuse']> {
  const { status, text } = errorAnswer(error);
  return { status, type: 'text/plain; charset=utf-8', body: text };
}
