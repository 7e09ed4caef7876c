import type { LogLinesAnswer } from '@petrel/api/contract/logs.ts';
import { describe, expect, it } from 'vitest';
import type { LinesRequest } from './data.ts';
import { nextPage, streamSelector, toNs } from './data.ts';

const answer = (times: readonly string[], more = true): LogLinesAnswer => ({
  lines: times.map((tsNs) => ({ tsNs, line: '', level: 'info', stream: {}, metadata: {}, parsed: {} })),
  more,
  stats: { linesRead: 0, bytesRead: 0, elapsedMs: 0 },
});
const request: LinesRequest = {
  query: '{a="b"}',
  language: 'logql',
  startNs: '0',
  endNs: '100',
  direction: 'backward',
  limit: 3,
};

describe('the next page of lines', () => {
  it('takes the time of the last line along, and as many lines more as are known of it', () => {
    expect(nextPage(request, answer(['9', '5', '5']))).toMatchObject({ startNs: '0', endNs: '6', limit: 502 });
    expect(nextPage({ ...request, direction: 'forward' }, answer(['5', '9', '9']))).toMatchObject({
      startNs: '9',
      endNs: '100',
      limit: 502,
    });
  });

  it('goes past a time that fills a page', () => {
    expect(nextPage(request, answer(['5', '5', '5']))?.endNs).toBe('5');
    expect(nextPage({ ...request, direction: 'forward' }, answer(['5', '5', '5']))?.startNs).toBe('6');
  });

  it('is none behind the last', () => {
    expect(nextPage(request, answer(['9', '5'], false))).toBeUndefined();
    expect(nextPage(request, answer([], true))).toBeUndefined();
  });
});

it('writes times and streams as Loki takes them', () => {
  expect(toNs(1_700_000_000_123)).toBe('1700000000123000000');
  expect(streamSelector({ app: 'a"b', pod: 'x' })).toBe('{app=`a"b`, pod="x"}');
});
