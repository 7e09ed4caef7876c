import { describe, expect, it } from 'vitest';
import type { LogsState } from './url-state.ts';
import { logsLink, lokiTimeMs, readLogsState, writeLogsState } from './url-state.ts';

const read = (url: string): LogsState => readLogsState(new URL(url, 'http://petrel').searchParams);
const USUAL = read('/explore/logs');

describe('the address of logs', () => {
  it.each<Partial<LogsState>>([
    {},
    { query: '{app="a&b=c"} |= "100% + 1"', range: { kind: 'absolute', fromMs: 1.7e12, toMs: 1.7e12 + 60_000 } },
    { query: 'level:ERROR AND user_id:"12345"', language: 'kql', view: 'patterns', direction: 'forward' },
    { language: 'lucene', shape: 'pretty', wrap: true, columns: ['user.id', 'a,b'], line: '17.ab', fieldsOpen: false },
    { view: 'table', query: 'rate({a="b"}[5m])', fieldsOpen: true },
    { view: 'live', shape: 'raw' },
  ])('reads back what it wrote: %j', (part) => {
    const state = { ...USUAL, ...part };
    expect(read(writeLogsState(state))).toEqual(state);
  });

  it('is short where everything is as usual', () => {
    expect(logsLink({ query: '{a="b"}' })).toBe('/explore/logs?query=%7Ba%3D%22b%22%7D&range=1h');
  });

  it("takes the times of Loki's API", () => {
    expect(read('/explore/logs?start=1700000000&end=1700000060000000000').range).toEqual({
      kind: 'absolute',
      fromMs: 1_700_000_000_000,
      toMs: 1_700_000_060_000,
    });
    expect(lokiTimeMs('1700000000.5')).toBe(1_700_000_000_500);
    expect(lokiTimeMs('1700000000123')).toBe(1_700_000_000_123);
    expect(lokiTimeMs('2023-11-14T22:13:20Z')).toBe(1_700_000_000_000);
    expect(lokiTimeMs('soon')).toBeUndefined();
  });

  it('falls back to the usual on nonsense', () => {
    expect(read('/explore/logs?language=sql&view=x&shape=y&direction=up&start=9&end=3')).toEqual(USUAL);
  });
});
