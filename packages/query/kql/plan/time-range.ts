import type { ResolvedNode } from '../exec/condition.ts';

/** Nanoseconds since the epoch, `[startNs, endNs)`; an end that is absent is open. */
export interface QueryTimeRange {
  readonly startNs?: bigint;
  readonly endNs?: bigint;
}

/** Outside of which no line satisfies a query: where conditions on the time join everything else by AND. Undefined where there is none; start and end are the same where none can. */
export function timeRangeOf(node: ResolvedNode): QueryTimeRange | undefined {
  if (node.kind === 'and') return node.parts.map(timeRangeOf).reduce(intersection, undefined);
  if (node.kind !== 'condition' || node.target.kind !== 'time' || !node.target.only) return undefined;
  const { span } = node.target;
  if (span === undefined || (span.firstNs === undefined && span.lastNs === undefined)) return undefined;
  return rangeOf(span.firstNs, span.lastNs === undefined ? undefined : span.lastNs + 1n);
}

function intersection(a: QueryTimeRange | undefined, b: QueryTimeRange | undefined): QueryTimeRange | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const startNs = a.startNs === undefined || (b.startNs !== undefined && b.startNs > a.startNs) ? b.startNs : a.startNs;
  const endNs = a.endNs === undefined || (b.endNs !== undefined && b.endNs < a.endNs) ? b.endNs : a.endNs;
  return rangeOf(startNs, endNs);
}

function rangeOf(startNs: bigint | undefined, endNs: bigint | undefined): QueryTimeRange {
  const end = startNs !== undefined && endNs !== undefined && endNs < startNs ? startNs : endNs;
  return { ...(startNs === undefined ? {} : { startNs }), ...(end === undefined ? {} : { endNs: end }) };
}
