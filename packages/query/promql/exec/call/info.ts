import type { Matcher } from '@petrel/model';
import { compileMatcher, Labels, PetrelError } from '@petrel/model';
import type { CallNode, PlanNode, SelectNode, SelectorNeed, TimeReference } from '../../plan/plan-node.ts';
import { gridEndMs } from '../../plan/plan-node.ts';
import type { Column, HistogramColumn, Slot, Value } from '../columns.ts';
import { Arena, hasSample, mergeEqualLabels } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import type { Evaluate } from '../evaluate.ts';
import { fetchAll } from '../fetch.ts';
import { evalSelect } from '../select.ts';
import { vectorArg } from './arguments.ts';

/** Labels by which a series finds its info series. */
const IDENTIFYING = ['instance', 'job'];
/** Beyond so many values of an identifying label, the info series are read without naming them. */
const VALUES_NAMED = 200;

/** info(v, selector): adds the data labels of the info series (`target_info`, unless the selector names others) that belong to a series. */
export async function evalInfo(node: CallNode, context: EvalContext, evaluate: Evaluate): Promise<Value> {
  const base = await vectorArg(node, 0, context, evaluate);
  const selector = node.args[1];
  const matchers = selector?.kind === 'select' ? selector.need.matchers : [];
  const names = nameMatchers(matchers.filter((m) => m.name === '__name__'));
  const data = matchers.filter((m) => m.name !== '__name__');
  const isInfo = names.map(compileMatcher);
  const enriched = base.filter((column) => !isInfo.every((matches) => matches(column.labels.metric)));
  const infos = await selectInfos(node, enriched, [...names, ...data], context);
  const joiner = new InfoJoiner(infos, data, node.grid.steps);
  const skipped = new Set(base);
  for (const column of enriched) skipped.delete(column);
  const result: Column[] = [];
  for (const column of base) {
    if (skipped.has(column)) result.push(column);
    else for (const joined of joiner.join(column)) result.push(joined);
    if (context.due(node.grid.steps * 4)) await context.pause();
  }
  return { kind: 'vector', columns: mergeEqualLabels(result) };
}

/** Which metrics are info metrics. Matchers that only exclude leave everything that is called so. */
function nameMatchers(given: readonly Matcher[]): readonly Matcher[] {
  if (given.length === 0) return [{ type: '=', name: '__name__', value: 'target_info' }];
  if (given.some((m) => m.type === '=' || m.type === '=~')) return given;
  return [...given, { type: '=~', name: '__name__', value: '.+_info' }];
}

interface InfoSeries {
  readonly column: Column;
  /** Times of the samples, to tell which of two is newer. */
  readonly times: Column;
}

async function selectInfos(
  node: CallNode,
  base: readonly Column[],
  matchers: readonly Matcher[],
  context: EvalContext,
): Promise<readonly InfoSeries[]> {
  if (base.length === 0) return [];
  const { atMs, offsetMs } = referenceOf(node.args[0] as PlanNode, { atMs: undefined, offsetMs: 0 }) ?? {
    atMs: undefined,
    offsetMs: 0,
  };
  const { grid } = node;
  const need: SelectorNeed = {
    matchers: [...matchers, ...IDENTIFYING.flatMap((name) => namedValues(name, base))],
    startMs: (atMs ?? grid.startMs) - offsetMs - context.lookbackMs + 1,
    endMs: (atMs ?? gridEndMs(grid)) - offsetMs,
  };
  await fetchAll([{ need, needs: [need] }], context);
  const { lookbackMs } = context;
  const select: SelectNode = {
    kind: 'select',
    need,
    lookbackMs,
    mode: undefined,
    totalsOnly: false,
    grid,
    pos: node.pos,
    atMs,
    offsetMs,
  };
  const values = await evalSelect(select, context);
  const times = await evalSelect(select, context, 'timestamp');
  if (values.kind !== 'vector' || times.kind !== 'vector') return [];
  const timesOf = new Map(times.columns.map((column) => [column.labels.key, column]));
  return values.columns.map((column) => ({ column, times: timesOf.get(column.labels.key) ?? column }));
}

function namedValues(name: string, base: readonly Column[]): readonly Matcher[] {
  const values = new Set(base.map((column) => column.labels.get(name)));
  if (values.size > VALUES_NAMED) return [];
  const [first] = values;
  if (values.size === 1) return [{ type: '=', name, value: first as string }];
  return [{ type: '=~', name, value: [...values].map((v) => v.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')).join('|') }];
}

/** The time to which the first selector below refers, so that infos are as of the samples that they belong to. */
function referenceOf(node: PlanNode, outer: TimeReference): TimeReference | undefined {
  switch (node.kind) {
    case 'select':
    case 'rangeSelect':
      return within(node, outer);
    case 'subquery':
      return referenceOf(node.input, within(node, outer));
    case 'stepInvariant':
    case 'negate':
    case 'aggregate':
      return referenceOf(node.input, outer);
    case 'sourceGrid':
      return within(node, outer);
    case 'call':
      return firstOf(node.args, outer);
    case 'binary':
      return firstOf([node.lhs, node.rhs], outer);
    case 'number':
    case 'string':
      return undefined;
  }
}

function firstOf(nodes: readonly PlanNode[], outer: TimeReference): TimeReference | undefined {
  for (const node of nodes) {
    const found = referenceOf(node, outer);
    if (found !== undefined) return found;
  }
  return undefined;
}

function within(inner: TimeReference, outer: TimeReference): TimeReference {
  if (inner.atMs !== undefined) return { atMs: inner.atMs, offsetMs: inner.offsetMs };
  return { atMs: outer.atMs, offsetMs: outer.offsetMs + inner.offsetMs };
}

class InfoJoiner {
  readonly #byIdentity = new Map<string, InfoSeries[]>();
  readonly #dataNames: ReadonlySet<string>;
  readonly #allMatchEmpty: boolean;
  readonly #arena: Arena;

  constructor(
    infos: readonly InfoSeries[],
    data: readonly Matcher[],
    private readonly steps: number,
  ) {
    for (const info of infos) {
      const key = identityOf(info.column.labels);
      const list = this.#byIdentity.get(key);
      if (list === undefined) this.#byIdentity.set(key, [info]);
      else list.push(info);
    }
    this.#dataNames = new Set(data.map((m) => m.name));
    this.#allMatchEmpty = data.every((m) => compileMatcher(m)(''));
    this.#arena = new Arena(steps);
  }

  /** One column for each set of info series that the series meets over the steps. */
  join(base: Column): readonly Column[] {
    const candidates = this.#byIdentity.get(identityOf(base.labels)) ?? [];
    const bySet = new Map<string, { slot: Slot; labels: Labels; histograms: HistogramColumn }>();
    for (let k = 0; k < this.steps; k++) {
      if (!hasSample(base, k)) continue;
      const met = newestByName(candidates, k);
      if (met.length === 0 && !this.#allMatchEmpty) continue;
      const key = met.map((info) => info.column.labels.key).join('\n');
      let out = bySet.get(key);
      if (out === undefined) {
        out = { slot: this.#arena.take(), labels: this.#combine(base.labels, met), histograms: [] };
        bySet.set(key, out);
      }
      const histogram = base.histograms?.[k];
      if (histogram !== undefined) {
        out.histograms[k] = histogram;
        continue;
      }
      out.slot.values[k] = base.values[k] as number;
      out.slot.present[k] = 1;
    }
    return [...bySet.values()].map(({ slot, labels, histograms }) => ({
      labels,
      dropName: base.dropName,
      ...slot,
      histograms: histograms.length > 0 ? histograms : undefined,
    }));
  }

  #combine(base: Labels, met: readonly InfoSeries[]): Labels {
    const added = new Map<string, string>();
    for (const { column } of met) {
      for (const [name, value] of column.labels) {
        if (name === '__name__' || IDENTIFYING.includes(name) || base.has(name)) continue;
        if (this.#dataNames.size > 0 && !this.#dataNames.has(name)) continue;
        const other = added.get(name);
        if (other !== undefined && other !== value) throw new PetrelError('PROMQL_EXEC', `conflicting label: ${name}`);
        added.set(name, value);
      }
    }
    return added.size === 0 ? base : Labels.from([...base, ...added]);
  }
}

function identityOf(labels: Labels): string {
  return IDENTIFYING.map((name) => labels.get(name)).join('\udbff');
}

/** The info series that are there at a step; of those of one metric, the one with the newest sample. */
function newestByName(candidates: readonly InfoSeries[], step: number): readonly InfoSeries[] {
  const present = candidates.filter(({ column }) => hasSample(column, step));
  if (present.length < 2) return present;
  const newest = new Map<string, InfoSeries>();
  for (const info of present) {
    const name = info.column.labels.metric;
    const other = newest.get(name);
    const difference = other === undefined ? 1 : timeAt(info, step) - timeAt(other, step);
    if (difference === 0 && other !== undefined) {
      throw new PetrelError(
        'PROMQL_EXEC',
        `found duplicate series for info metric: existing ${other.column.labels}, new ${info.column.labels}`,
      );
    }
    if (difference > 0) newest.set(name, info);
  }
  return [...newest.values()];
}

function timeAt({ times }: InfoSeries, step: number): number {
  return times.values[step] as number;
}
