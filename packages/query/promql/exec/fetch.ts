import type { SeriesColumns } from '@petrel/model';
import type { Fetch } from '../plan/gather-fetches.ts';
import type { EvalContext } from './context.ts';

/** Reads everything that a plan needs, side by side, and hands it to the context. */
export async function fetchAll(fetches: readonly Fetch[], context: EvalContext): Promise<void> {
  const { source, signal } = context;
  await Promise.all(
    fetches.map(async ({ need, needs }) => {
      const { matchers, startMs, endMs } = need;
      const series = await source.select({ matchers, startMs, endMs, maxSamples: context.maxSamples, signal });
      context.checkAborted();
      context.countLoaded(countSamples(series));
      for (const one of needs) context.setFetched(one, series);
    }),
  );
}

function countSamples(series: readonly SeriesColumns[]): number {
  let n = 0;
  for (const one of series) n += one.to - one.from + (one.histograms?.length ?? 0);
  return n;
}
