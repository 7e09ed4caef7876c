import type { LogLinesAnswer, LogLineView } from '@petrel/api/contract/logs.ts';
import type { ApiClient } from '../query/client.ts';
import type { LogsOptions } from './options.ts';

/** One answer has at most 5,000 lines; smaller ones come sooner. */
const PAGE_LINES = 1000;
const MAX_PAGE_LINES = 5000;

type ReadOptions = Pick<LogsOptions, 'query' | 'language' | 'startNs' | 'endNs' | 'limit' | 'forward'>;

/** Lines in the order of the direction, page by page until the limit or the end. */
export async function* readLines(client: ApiClient, options: ReadOptions): AsyncGenerator<readonly LogLineView[]> {
  const { query, language, forward } = options;
  let { startNs, endNs, limit } = options;
  /** How many lines of the time where the next page begins were there already. */
  let known = 0;
  while (limit > 0) {
    const size = Math.min(Math.min(limit, PAGE_LINES) + known, MAX_PAGE_LINES);
    const { data } = await client.ask<LogLinesAnswer>('petrel/logs/query', {
      query,
      language,
      start: `${startNs}`,
      end: `${endNs}`,
      limit: `${size}`,
      direction: forward ? 'forward' : 'backward',
    });
    const lines = data.lines.slice(known, known + limit);
    limit -= lines.length;
    if (lines.length > 0) yield lines;
    const last = data.lines.at(-1);
    if (!data.more || last === undefined) return;
    const edgeNs = BigInt(last.tsNs);
    const same = data.lines.filter(({ tsNs }) => tsNs === last.tsNs).length;
    // The limit may have cut among lines of one time: it is asked for again, unless it fills whole pages.
    const whole = same >= MAX_PAGE_LINES - PAGE_LINES;
    known = whole ? 0 : same;
    if (forward) startNs = whole ? edgeNs + 1n : edgeNs;
    else endNs = whole ? edgeNs : edgeNs + 1n;
  }
}
