import { Labels, PetrelError } from '@petrel/model';
import type { VectorMatching } from '../../parse/ast.ts';
import type { BinaryNode } from '../../plan/plan-node.ts';
import type { Column, HistogramColumn } from '../columns.ts';
import { Arena, dropMetadata, hasSample, mergeEqualLabels } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import { combineMixed } from './histogram-ops.ts';
import { applyOp, isComparison, isTrimOp, OP_CODES } from './operators.ts';
import type { MatchGroup } from './signatures.ts';
import { anyPresent, matchGroups } from './signatures.ts';

const PLAIN: VectorMatching = { card: 'one-to-one', on: false, labels: [], include: [] };

/** Arithmetic and comparisons between two vectors. Pairs are found once; over the steps only presence differs. */
export async function matchVectors(
  node: BinaryNode,
  lhs: readonly Column[],
  rhs: readonly Column[],
  context: EvalContext,
): Promise<readonly Column[]> {
  const matcher = new VectorMatcher(node, lhs, rhs, context);
  const result: Column[] = [];
  for (const group of matchGroups(matcher.matching, lhs, rhs)) {
    for (const column of await matcher.matchGroup(group)) result.push(column);
  }
  return mergeEqualLabels(result);
}

class VectorMatcher {
  readonly matching: VectorMatching;
  readonly #steps: number;
  readonly #arena: Arena;
  /** `group_right`: the many stand on the right. */
  readonly #swapped: boolean;
  readonly #grouped: boolean;
  readonly #names: ReadonlySet<string>;
  #manyAnywhere: Uint8Array | undefined;

  constructor(
    private readonly node: BinaryNode,
    private readonly lhs: readonly Column[],
    private readonly rhs: readonly Column[],
    private readonly context: EvalContext,
  ) {
    this.matching = node.matching ?? PLAIN;
    this.#names = new Set(this.matching.labels);
    this.#steps = node.grid.steps;
    this.#arena = new Arena(this.#steps);
    this.#swapped = this.matching.card === 'one-to-many';
    this.#grouped = this.#swapped || this.matching.card === 'many-to-one';
  }

  async matchGroup(group: MatchGroup): Promise<readonly Column[]> {
    const many = this.#swapped ? group.rhs : group.lhs;
    const one = this.#swapped ? group.lhs : group.rhs;
    if (one.length > 1) this.#checkOneSide(one);
    if (!this.#grouped && many.length > 1) this.#checkManySide(many, one);
    const result: Column[] = [];
    // Without `include` labels the result does not tell which of the one side it came from.
    const partners = one.length > 1 && this.matching.include.length === 0 ? [this.#union(one)] : one;
    for (const m of many) {
      for (const o of partners) this.#combine(m, o, result);
      if (this.context.due(partners.length * this.#steps + 16)) await this.context.pause();
    }
    this.#fill(many, one, result);
    if (this.#grouped) {
      return mergeEqualLabels(result, () => {
        throw new PetrelError('PROMQL_EXEC', 'multiple matches for labels: grouping labels must ensure unique matches');
      });
    }
    return result;
  }

  #combine(many: Column, one: Column, result: Column[]): void {
    const { node, context } = this;
    const { op } = node;
    const { values, present } = this.#arena.peek();
    const [a, b] = this.#swapped ? [one, many] : [many, one];
    let histograms: HistogramColumn | undefined;
    let found: number;
    if (a.histograms !== undefined || b.histograms !== undefined || isTrimOp(op)) {
      const mixed = combineMixed(node, a, b, false, context, values, present);
      histograms = mixed.histograms;
      found = mixed.found;
    } else {
      found = combineFloats(OP_CODES[op as keyof typeof OP_CODES], this.#filters, a, b, values, present);
    }
    if (found === 0) return;
    this.#arena.commit();
    const { returnBool } = node;
    const { delayedNameRemoval } = context.features;
    const labels = this.#resultLabels(many.labels, one.labels);
    result.push({
      labels: returnBool && !delayedNameRemoval ? dropMetadata(labels) : labels,
      dropName: returnBool ? delayedNameRemoval : this.#keepsName && many.dropName,
      values,
      present,
      histograms,
    });
  }

  get #filters(): boolean {
    return isComparison(this.node.op) && !this.node.returnBool;
  }

  get #keepsName(): boolean {
    return isComparison(this.node.op) || isTrimOp(this.node.op);
  }

  #resultLabels(many: Labels, one: Labels): Labels {
    const { matching } = this;
    let labels = this.#keepsName ? many : dropMetadata(many);
    if (!this.#grouped) labels = this.#matchLabels(labels);
    if (matching.include.length === 0) return labels;
    const entries = new Map(labels);
    for (const name of matching.include) entries.set(name, one.get(name));
    return Labels.from(entries);
  }

  #matchLabels(labels: Labels): Labels {
    if (this.matching.on) return labels.keep(this.#names);
    return this.#names.size === 0 ? labels : labels.without(this.#names);
  }

  /** `fill`: a side that is missing at a step is taken as a number. Its labels are those that were matched on. */
  #fill(many: readonly Column[], one: readonly Column[], result: Column[]): void {
    const { fillLeft, fillRight } = this.matching;
    // The values belong to the many and the one side, not to left and right, even with group_right: so Prometheus has it.
    if (fillRight !== undefined) {
      const taken = anyPresent(one, this.#steps);
      for (const m of many) this.#combine(m, this.#constant(m, taken, fillRight), result);
    }
    if (fillLeft !== undefined) {
      const taken = anyPresent(many, this.#steps);
      for (const o of one) this.#combine(this.#constant(o, taken, fillLeft), o, result);
    }
  }

  #constant(partner: Column, taken: Uint8Array, value: number): Column {
    const present = taken.map((t) => 1 - t);
    const labels = this.#matchLabels(partner.labels.dropMetric());
    return { labels, dropName: false, values: new Float64Array(this.#steps).fill(value), present };
  }

  #union(columns: readonly Column[]): Column {
    const labels = (columns[0] as Column).labels;
    return mergeEqualLabels(columns.map((column) => ({ ...column, labels })))[0] as Column;
  }

  /** At no step may two of the one side stand for the same group, as long as there is anything to match at that step. */
  #checkOneSide(one: readonly Column[]): void {
    const { matching } = this;
    this.#manyAnywhere ??= anyPresent(this.#swapped ? this.rhs : this.lhs, this.#steps);
    const hasFill = matching.fillLeft !== undefined || matching.fillRight !== undefined;
    for (let k = 0; k < this.#steps; k++) {
      if (this.#manyAnywhere[k] === 0 && !hasFill) continue;
      let seen: Column | undefined;
      for (const column of one) {
        if (!hasSample(column, k)) continue;
        if (seen !== undefined) throw duplicateError(matching, this.#swapped ? 'left' : 'right', column, seen);
        seen = column;
      }
    }
  }

  /** Two that match are an error even where a comparison would let neither through. */
  #checkManySide(many: readonly Column[], one: readonly Column[]): void {
    const matched = anyPresent(one, this.#steps);
    for (let k = 0; k < this.#steps; k++) {
      if (matched[k] === 0 && this.matching.fillRight === undefined) continue;
      let seen = 0;
      for (const column of many) if (hasSample(column, k)) seen++;
      if (seen > 1) {
        throw new PetrelError(
          'PROMQL_EXEC',
          'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
        );
      }
    }
  }
}

function combineFloats(
  code: number,
  filters: boolean,
  a: Column,
  b: Column,
  values: Float64Array,
  present: Uint8Array,
): number {
  const left = a.values;
  const right = b.values;
  let found = 0;
  for (let k = 0; k < values.length; k++) {
    if (a.present[k] !== 1 || b.present[k] !== 1) continue;
    const x = left[k] as number;
    const v = applyOp(code, x, right[k] as number);
    if (filters && v === 0) continue;
    values[k] = filters ? x : v;
    present[k] = 1;
    found++;
  }
  return found;
}

function matchLabels(labels: Labels, { on, labels: names }: VectorMatching): Labels {
  return on ? labels.keep(new Set(names)) : labels.without(new Set(names));
}

function duplicateError(matching: VectorMatching, side: string, a: Column, b: Column): PetrelError {
  const group = matchLabels(a.labels.dropMetric(), matching);
  const [first, second] = Labels.compare(a.labels, b.labels) < 0 ? [a, b] : [b, a];
  return new PetrelError(
    'PROMQL_EXEC',
    `found duplicate series for the match group ${braced(group)} on the ${side} hand-side of the operation: ` +
      `[${braced(first.labels)}, ${braced(second.labels)}];many-to-many matching not allowed: matching labels must be unique on one side`,
  );
}

/** All labels in braces, the name among them: as Prometheus prints label sets in these errors. */
function braced(labels: Labels): string {
  return `{${[...labels].map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`;
}
