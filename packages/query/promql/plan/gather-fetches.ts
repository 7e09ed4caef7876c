import { matcherToString } from '@petrel/model';
import type { PlanNode, SelectorNeed } from './plan-node.ts';
import { childrenOf } from './plan-node.ts';

/** One read of the source, which answers all `needs`. */
export interface Fetch {
  readonly need: SelectorNeed;
  readonly needs: readonly SelectorNeed[];
}

/**
 * The reads for plans: each distinct selector once over the union of the ranges that it is used with. Ranges far apart
 * (`x - x offset 1w`) stay separate reads, so that the time between them is not loaded. Fallbacks of nodes that the source
 * computes are left out: they are fetched when it declines.
 */
export function gatherFetches(plans: readonly PlanNode[]): readonly Fetch[] {
  const byMatchers = new Map<string, SelectorNeed[]>();
  for (const plan of plans) {
    collectNeeds(plan, (need) => {
      const key = selectorKey(need);
      const list = byMatchers.get(key);
      if (list === undefined) byMatchers.set(key, [need]);
      else list.push(need);
    });
  }
  return [...byMatchers.values()].flatMap(mergeRanges);
}

/** Equal for selectors that match the same series. */
function selectorKey(need: SelectorNeed): string {
  return need.matchers.map(matcherToString).sort().join(',');
}

function collectNeeds(node: PlanNode, visit: (need: SelectorNeed) => void): void {
  if (node.kind === 'select' || node.kind === 'rangeSelect') visit(node.need);
  if (node.kind === 'sourceGrid') return;
  for (const child of childrenOf(node)) collectNeeds(child, visit);
}

function mergeRanges(needs: readonly SelectorNeed[]): Fetch[] {
  const sorted = [...new Set(needs)].filter((need) => need.endMs >= need.startMs).sort((a, b) => a.startMs - b.startMs);
  const fetches: { startMs: number; endMs: number; needs: SelectorNeed[] }[] = [];
  for (const need of sorted) {
    const last = fetches.at(-1);
    if (last !== undefined && need.startMs <= last.endMs + 1) {
      last.endMs = Math.max(last.endMs, need.endMs);
      last.needs.push(need);
    } else {
      fetches.push({ startMs: need.startMs, endMs: need.endMs, needs: [need] });
    }
  }
  return fetches.map(({ startMs, endMs, needs: merged }) => ({
    need: { matchers: (merged[0] as SelectorNeed).matchers, startMs, endMs },
    needs: merged,
  }));
}
