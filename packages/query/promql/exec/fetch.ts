import type { SeriesColumns } from '@petrel/model';
import type { Fetch } from '../plan/gather-fetches.ts';
import type { EvalContext } from './context.ts';
import { abortError } from './context.ts';

/** Reads everything that a plan needs, side by side, and hands it to the context. */
export async function fetchAll(fetches: readonly Fetch[], context: EvalContext): Promise<void> {
  const { source, signal } = context;
  await Promise.all(
    fetches.map(async ({ need, needs }) => {
      const { matchers, startMs, endMs } = need;
      const answer = source.select({ matchers, startMs, endMs, maxSamples: context.maxSamples, signal });
      const series = await orAbort(answer, signal);
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

/** What the promise gives, unless the signal aborts first: a source may take its time to notice. */
export async function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(abortError(signal));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}
