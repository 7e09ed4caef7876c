import { Labels, PetrelError } from '@petrel/model';
import type { MatchGroup } from '../../../promql/exec/binary/signatures.ts';
import { anyPresent, matchGroups } from '../../../promql/exec/binary/signatures.ts';
import type { Column } from '../../../promql/exec/columns.ts';
import { Arena, mergeEqualLabels } from '../../../promql/exec/columns.ts';
import type { BinaryExpr, VectorMatching } from '../../parse/ast.ts';
import type { MetricContext } from './metric-context.ts';
import type { SetOp } from './operators.ts';
import { isComparison, operate } from './operators.ts';

/** `group_left` and `group_right` stand in `matching.card`. */
export type VectorOperation = BinaryExpr & { readonly op: Exclude<BinaryExpr['op'], SetOp> };

/** Arithmetic and comparisons between two vectors. Pairs are found once; over the steps only presence differs. */
export async function matchVectors(
  node: VectorOperation,
  left: readonly Column[],
  right: readonly Column[],
  { work, grid }: MetricContext,
): Promise<readonly Column[]> {
  const matcher = new VectorMatcher(node, grid.steps);
  const result: Column[] = [];
  for (const group of matchGroups(node.matching ?? { on: false, labels: [] }, left, right)) {
    result.push(...matcher.match(group));
    if (work.due((group.lhs.length + group.rhs.length) * grid.steps)) await work.pause();
  }
  return mergeEqualLabels(result, ambiguous);
}

class VectorMatcher {
  readonly #arena: Arena;
  readonly #matching: VectorMatching | undefined;
  readonly #names: ReadonlySet<string>;
  /** `group_right`: the many stand on the right. */
  readonly #swapped: boolean;
  readonly #grouped: boolean;
  readonly #filters: boolean;

  constructor(
    private readonly node: VectorOperation,
    private readonly steps: number,
  ) {
    this.#arena = new Arena(steps);
    this.#matching = node.matching;
    this.#names = new Set(node.matching?.labels);
    this.#swapped = node.matching?.card === 'one-to-many';
    this.#grouped = this.#swapped || node.matching?.card === 'many-to-one';
    this.#filters = isComparison(node.op) && !node.returnBool;
  }

  match(group: MatchGroup): readonly Column[] {
    const many = this.#swapped ? group.rhs : group.lhs;
    const one = this.#swapped ? group.lhs : group.rhs;
    if (one.length > 1) this.#checkOneSide(one);
    if (!this.#grouped && many.length > 1) this.#checkManySide(many, one);
    const result: Column[] = [];
    for (const m of many) for (const o of one) this.#combine(m, o, result);
    if (!this.#grouped) return result;
    if (this.#filters) this.#checkPairs(many, one);
    return mergeEqualLabels(result, ambiguous);
  }

  /** Two pairs that come to the same labels are an error even where a comparison would let neither through. */
  #checkPairs(many: readonly Column[], one: readonly Column[]): void {
    if (this.#matching?.include.length === 0 || many.length < 2) return;
    const pairs = many.flatMap((m) =>
      one.map((o): Column => {
        const present = m.present.map((here, k) => here & (o.present[k] as number));
        return { ...m, labels: this.#resultLabels(m.labels, o.labels), present };
      }),
    );
    mergeEqualLabels(pairs, ambiguous);
  }

  #combine(many: Column, one: Column, result: Column[]): void {
    const { values, present } = this.#arena.peek();
    const [a, b] = this.#swapped ? [one, many] : [many, one];
    const { op } = this.node;
    let found = 0;
    for (let k = 0; k < this.steps; k++) {
      if (a.present[k] !== 1 || b.present[k] !== 1) continue;
      const x = a.values[k] as number;
      const outcome = operate(op, x, b.values[k] as number);
      if (this.#filters && outcome === 0) continue;
      values[k] = this.#filters ? x : outcome;
      present[k] = 1;
      found++;
    }
    if (found === 0) return;
    this.#arena.commit();
    result.push({ labels: this.#resultLabels(many.labels, one.labels), dropName: false, values, present });
  }

  #resultLabels(many: Labels, one: Labels): Labels {
    if (this.#matching === undefined) return many;
    const { on, include } = this.#matching;
    if (!this.#grouped) return on ? many.keep(this.#names) : many.without(this.#names);
    if (include.length === 0) return many;
    const entries = new Map(many);
    for (const name of include) entries.set(name, one.get(name));
    return Labels.from(entries);
  }

  /** At no step may two of the one side stand for the same group. */
  #checkOneSide(one: readonly Column[]): void {
    if (!this.#overlap(one, undefined)) return;
    const side = this.#swapped ? 'left' : 'right';
    throw new PetrelError(
      'LOGQL_EXEC',
      `found duplicate series on the ${side} hand-side;many-to-many matching not allowed: matching labels must be unique on one side`,
    );
  }

  /** Two that match are an error even where a comparison would let neither through. */
  #checkManySide(many: readonly Column[], one: readonly Column[]): void {
    if (!this.#overlap(many, anyPresent(one, this.steps))) return;
    throw new PetrelError(
      'LOGQL_EXEC',
      'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
    );
  }

  #overlap(columns: readonly Column[], mask: Uint8Array | undefined): boolean {
    for (let k = 0; k < this.steps; k++) {
      if (mask?.[k] === 0) continue;
      let seen = 0;
      for (const { present } of columns) seen += present[k] as number;
      if (seen > 1) return true;
    }
    return false;
  }
}

function ambiguous(): never {
  throw new PetrelError('LOGQL_EXEC', 'multiple matches for labels: grouping labels must ensure unique matches');
}
