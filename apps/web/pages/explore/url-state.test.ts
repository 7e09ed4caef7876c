import { describe, expect, it } from 'vitest';
import type { ExploreState } from './url-state.ts';
import { readState, resolveRange, writeState } from './url-state.ts';

const read = (url: string): ExploreState => readState(new URL(url, 'http://petrel').searchParams);

describe('the address of a graph', () => {
  it.each<ExploreState>([
    { expr: 'up', range: { kind: 'last', durationMs: 3_600_000 }, tab: 'graph', stepMs: undefined, refreshMs: 0 },
    {
      expr: 'sum by (job) (rate(x{a="b&c=d"}[5m]))',
      range: { kind: 'absolute', fromMs: 1_700_000_000_000, toMs: 1_700_000_360_000 },
      tab: 'table',
      stepMs: 90_000,
      refreshMs: 15_000,
    },
  ])('reads back what it wrote: $expr', (state) => {
    expect(read(writeState(state))).toEqual(state);
  });

  it("understands Prometheus's links", () => {
    const state = read('/graph?g0.expr=up&g0.tab=1&g0.range_input=30m&g0.end_input=2026-11-22%2010%3A00%3A00');
    expect(state.expr).toBe('up');
    expect(state.tab).toBe('table');
    const toMs = Date.UTC(2026, 10, 22, 10);
    expect(state.range).toEqual({ kind: 'absolute', fromMs: toMs - 1_800_000, toMs });
  });

  it('refreshes neither without a break nor with a timer that overflows', () => {
    expect(read('/explore?refresh=1ms').refreshMs).toBe(1000);
    expect(read('/explore?refresh=60d').refreshMs).toBe(86_400_000);
    expect(read('/explore?refresh=often').refreshMs).toBe(0);
  });

  it('writes times that no Date can name as the nearest that it can', () => {
    const state = read('/explore?expr=up');
    const url = writeState({ ...state, range: { kind: 'absolute', fromMs: -1e17, toMs: 0 } });
    expect(read(url).range).toEqual({ kind: 'absolute', fromMs: -8.64e15, toMs: 0 });
  });

  it('falls back to the last hour on nonsense', () => {
    expect(read('/explore?from=yesterday&to=%25').range).toEqual({ kind: 'last', durationMs: 3_600_000 });
    expect(resolveRange({ kind: 'last', durationMs: 1000 }, 5000)).toEqual({ fromMs: 4000, toMs: 5000 });
  });
});
