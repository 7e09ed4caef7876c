import type { Labels } from '@petrel/model';
import { hash64, PetrelError } from '@petrel/model';
import type { Column } from '../columns.ts';
import { formatG } from '../range-call.ts';
import type { AggregateInput } from './aggregate.ts';
import { boundedCounts, chooseSamples } from './top-k.ts';

/** limitk: the first k samples of each group. limit_ratio: a share of the series, chosen by the hash of their labels. */
export function limit(input: AggregateInput): readonly Column[] {
  return input.node.op === 'limitk' ? limitK(input) : limitRatio(input);
}

function limitK(input: AggregateInput): readonly Column[] {
  const { node, columns, groups } = input;
  const { steps } = node.grid;
  const counts = boundedCounts(input);
  const taken = new Int32Array(groups.count * steps);
  return chooseSamples(columns, steps, (series, step) => {
    const cell = (groups.groupOf[series] as number) * steps + step;
    const n = taken[cell] as number;
    if (n >= (counts[step] as number)) return false;
    taken[cell] = n + 1;
    return true;
  });
}

/**
 * With a ratio r ≥ 0 the series whose hash lies in the first r of the hash space, with r < 0 those in the last -r: `limit_ratio(r)` and
 * `limit_ratio(r - 1)` are each other's complement.
 */
function limitRatio({ node, columns, param, context }: AggregateInput): readonly Column[] {
  const { steps } = node.grid;
  const ratios = new Float64Array(steps);
  for (let k = 0; k < steps; k++) {
    const r = param[k] as number;
    if (Number.isNaN(r)) throw new PetrelError('PROMQL_EXEC', 'Ratio value is NaN');
    const capped = Math.min(1, Math.max(-1, r));
    if (capped !== r) {
      context.annotations.warn(
        `ratio value should be between -1 and 1, got ${formatG(r)}, capping to ${formatG(capped)}`,
        node.paramPos,
      );
    }
    ratios[k] = capped;
  }
  const places = columns.map((column) => placeOf(column.labels));
  return chooseSamples(columns, steps, (series, step) => {
    const r = ratios[step] as number;
    const place = places[series] as number;
    return r >= 0 ? place < r : place >= 1 + r;
  });
}

/** Where a label set stands in the hash space, in [0, 1). */
function placeOf(labels: Labels): number {
  const bytes = new TextEncoder().encode(labels.key);
  const hash = new Uint32Array(2);
  hash64(bytes, 0, bytes.length, hash);
  return ((hash[0] as number) + (hash[1] as number) / 2 ** 32) / 2 ** 32;
}
