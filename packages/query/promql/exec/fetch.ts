import type { SeriesColumns } from '@petrel/model';
import { abortError } from '../../work.ts';
import type { Fetch } from '../plan/gather-fetches.ts';
import { gatherFetches } from '../plan/gather-fetches.ts';
import type { PlanNode, SourceGridNode } from '../plan/plan-node.ts';
import { childrenOf } from '../plan/plan-node.ts';
import type { GridSeries } from '../port.ts';
import type { EvalContext } from './context.ts';

/**
 * Reads everything that a plan needs and hands it to the context: samples, and what the source is willing to compute, side by side; then
 * the samples for what it declined.
 */
export async function fetchPlan(plan: PlanNode, context: EvalContext): Promise<void> {
  const grids = sourceGridsOf(plan);
  const answers = Promise.all(grids.map((node) => askGrid(node, context)));
  await Promise.all([fetchAll(gatherFetches([plan]), context), answers]);
  const declined: PlanNode[] = [];
  for (const [i, answer] of (await answers).entries()) {
    const node = grids[i] as SourceGridNode;
    if (answer === undefined) declined.push(node.fallback);
    else context.setGridAnswer(node, answer);
  }
  if (declined.length > 0) await fetchAll(gatherFetches(declined), context);
}

function sourceGridsOf(node: PlanNode): readonly SourceGridNode[] {
  return node.kind === 'sourceGrid' ? [node] : childrenOf(node).flatMap(sourceGridsOf);
}

async function askGrid(node: SourceGridNode, context: EvalContext): Promise<readonly GridSeries[] | undefined> {
  const { need, grid } = node;
  const asked = context.source.selectGrid?.({
    matchers: need.matchers,
    startMs: need.startMs,
    endMs: need.endMs,
    maxSamples: context.maxSamples,
    signal: context.signal,
    func: node.func,
    gridStartMs: grid.startMs - node.offsetMs,
    stepMs: grid.stepMs,
    steps: grid.steps,
    windowMs: node.windowMs,
    ...(node.sumBy === undefined ? {} : { sumBy: node.sumBy }),
  });
  return asked === undefined ? undefined : orAbort(asked, context.signal);
}

/** Reads samples, side by side. */
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
async function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
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
