import type { EngineConfig } from '@petrel/alerts/engine/event.ts';
import { Labels, PetrelError, type Silence } from '@petrel/model';
import type { StepSeries } from '@petrel/query/promql';
import type { RuleEngine } from '@petrel/rules';
import type { AlertSample } from '@petrel/rules/alerting/alert-instance.ts';
import { AlertRuleState } from '@petrel/rules/alerting/rule-alerts.ts';
import { groupSlots, slotAfter, slotBefore } from '@petrel/rules/evaluation/group-slots.ts';
import type { AlertingRule, RuleGroup } from '@petrel/rules/rule-file/rule-group.ts';
import { StepReader } from '@petrel/rules/simulation/step-reader.ts';
import { Breath } from '../rehearsal/breathe.ts';
import { engineOf, type RuleSettings } from '../rehearsal/evaluate-groups.ts';
import type { RehearsalProgress } from '../rehearsal/rehearsal-result.ts';
import { SimulatedSide } from '../rehearsal/simulated-side.ts';
import { chooseForsMs, chooseThresholds } from './choose-values.ts';
import { holds, type Threshold, thresholdOf } from './find-threshold.ts';

export interface SweepOptions {
  readonly group: RuleGroup;
  /** The first alerting rule of this name in the group. */
  readonly alertName: string;
  readonly engineConfig: EngineConfig;
  readonly settings: RuleSettings;
  readonly silences: readonly Silence[];
  /** Default: around the current one, by how the values are spread. */
  readonly thresholds?: readonly number[];
  /** Default: nothing, half, once, twice and four times the current wait. */
  readonly forsMs?: readonly number[];
  readonly startMs: number;
  readonly endMs: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RehearsalProgress) => void;
}

export interface SweepResult {
  readonly expr: string;
  readonly threshold: number;
  readonly forMs: number;
  readonly thresholds: readonly number[];
  readonly forsMs: readonly number[];
  /** `cells[i][j]` belongs to `thresholds[i]` and `forsMs[j]`. */
  readonly cells: readonly (readonly SweepCell[])[];
}

export interface SweepCell {
  /** How often an alert began to fire. */
  readonly fired: number;
  readonly notifications: number;
  /** Summed over the alerts. */
  readonly firingMs: number;
}

const MAX_CELLS = 400;
/** Points of the look at how the values are spread. */
const SPREAD_POINTS = 500;
const MAX_SPREAD_VALUES = 200_000;
/** Of one range query; keeps 10,000 series within 200 MB. */
const MAX_STEPS = 2_000;

/**
 * How a rule would have paged with other thresholds and other waits: its expression is evaluated once without the comparison, then the state machine and the
 * routing run for each pair. The rule is alone: what other rules inhibit or aggregate is not looked at. Rejects with NOT_FOUND (no such rule),
 * BAD_REQUEST (nothing to vary), or the error of the query.
 */
export async function sweep(options: SweepOptions): Promise<SweepResult> {
  const { group, alertName, startMs, endMs, settings } = options;
  if (!(startMs < endMs)) throw new PetrelError('BAD_REQUEST', 'the time of a sweep must end after it begins');
  const rule = group.rules.find((one): one is AlertingRule => one.kind === 'alerting' && one.name === alertName);
  if (rule === undefined) {
    throw new PetrelError('NOT_FOUND', `group "${group.name}" of ${group.file} has no alerting rule "${alertName}"`);
  }
  const threshold = thresholdOf(rule);
  if (threshold === undefined) {
    throw new PetrelError(
      'BAD_REQUEST',
      `the expression of "${alertName}" ends in no comparison with a number: there is no threshold to vary`,
    );
  }
  const engine = engineOf(rule.language, settings);
  const thresholds = options.thresholds ?? (await defaultThresholds(threshold, engine, options));
  const forsMs = options.forsMs ?? chooseForsMs(rule.forMs);
  if (thresholds.length === 0 || forsMs.length === 0 || thresholds.length * forsMs.length > MAX_CELLS) {
    throw new PetrelError(
      'BAD_REQUEST',
      `a sweep needs at least one threshold and one wait, and takes at most ${MAX_CELLS} pairs`,
    );
  }
  const intervalMs = group.intervalMs ?? settings.evaluationIntervalMs;
  const warmStartMs = startMs - (Math.max(...forsMs, 3_600_000) + 2 * intervalMs);
  const cells = thresholds.map((value) =>
    forsMs.map((forMs) => new Cell({ ...options, rule, value, forMs, intervalMs, warmStartMs })),
  );
  await walk(threshold, cells.flat(), { ...options, engine, intervalMs, warmStartMs });
  return {
    expr: rule.expr,
    threshold: threshold.value,
    forMs: rule.forMs,
    thresholds,
    forsMs,
    cells: cells.map((row) => row.map((cell) => cell.finish())),
  };
}

interface WalkOptions extends SweepOptions {
  readonly intervalMs: number;
  readonly warmStartMs: number;
}

/** One rule with one threshold and one wait. */
class Cell {
  readonly value: number;
  readonly #state: AlertRuleState;
  readonly #side: SimulatedSide;
  readonly #intervalMs: number;

  constructor(options: WalkOptions & { readonly rule: AlertingRule; readonly value: number; readonly forMs: number }) {
    const { rule, value, forMs, group, settings, intervalMs } = options;
    this.value = value;
    this.#intervalMs = intervalMs;
    // Annotations decide nothing, and templates cost time.
    this.#state = new AlertRuleState(
      { ...rule, forMs, annotations: {}, missingData: 'resolve' },
      {
        group: group.name,
        file: group.file,
        intervalMs,
        limit: group.limit,
        externalLabels: settings.externalLabels ?? Labels.EMPTY,
        externalUrl: '',
        missingData: 'resolve',
        resendDelayMs: Number.POSITIVE_INFINITY,
      },
    );
    this.#side = new SimulatedSide(
      settings.leaving === undefined ? options : { ...options, leaving: settings.leaving },
    );
  }

  async step(samples: readonly AlertSample[], tMs: number): Promise<void> {
    if (samples.length === 0 && this.#state.isIdle) return;
    const queries = { data: async () => [], template: async () => [] };
    const { alerts, decisions } = await this.#state.step(samples, tMs, queries);
    if (alerts.length + decisions.length > 0)
      this.#side.update({ atMs: tMs, intervalMs: this.#intervalMs, alerts, decisions });
  }

  finish(): SweepCell {
    const { side } = this.#side.finish();
    const firingMs = side.rules.reduce((sum, rule) => sum + rule.firingMs, 0);
    return { fired: side.alerts, notifications: side.notifications.length, firingMs };
  }
}

async function walk(
  { op, valueExpr }: Threshold,
  cells: readonly Cell[],
  options: WalkOptions & { readonly engine: RuleEngine },
): Promise<void> {
  const { group, settings, engine, intervalMs, warmStartMs, endMs, signal, onProgress } = options;
  const slots = groupSlots(group.file, group.name, intervalMs);
  const firstMs = slotAfter(slots, warmStartMs);
  const steps = Math.max(0, Math.round((slotBefore(slots, endMs) - firstMs) / intervalMs) + 1);
  const offsetMs = group.queryOffsetMs ?? settings.queryOffsetMs ?? 0;
  const reader = new StepReader({
    engine,
    query: valueExpr,
    instants: { firstMs: firstMs - offsetMs, intervalMs, steps },
    maxSteps: MAX_STEPS,
    ...(signal === undefined ? {} : { signal }),
  });
  const breath = new Breath(signal);
  const values = [...new Set(cells.map(({ value }) => value))];
  const byValue = values.map((value) => ({ value, cells: cells.filter((cell) => cell.value === value) }));
  const isWanted = (value: number): boolean => values.some((threshold) => holds(op, value, threshold));
  let wanted = new WantedSeries();
  for (let step = 0; step < steps; step++) {
    await breath.take();
    await reader.load(step);
    const block = reader.blockAt(step);
    if (block !== undefined && !wanted.isOf(block)) wanted = new WantedSeries(block, isWanted);
    const samples = block === undefined ? reader.samplesAt(step) : wanted.samplesAt(step);
    for (const one of byValue) {
      const passed = samples.filter(({ value, histogram }) => histogram === undefined && holds(op, value, one.value));
      for (const cell of one.cells) await cell.step(passed, firstMs + step * intervalMs);
    }
    if (step % 256 === 0) onProgress?.({ done: step, total: steps, doing: 'trying thresholds' });
  }
  onProgress?.({ done: steps, total: steps, doing: 'trying thresholds' });
}

type Block = NonNullable<ReturnType<StepReader['blockAt']>>;

/** The series of a block that any of the thresholds lets through at any time: of ten thousand, mostly a few. */
class WantedSeries {
  readonly #series: readonly StepSeries[];

  constructor(
    private readonly block?: Block,
    isWanted: (value: number) => boolean = () => false,
  ) {
    this.#series = (block?.series ?? []).filter(({ values, present }) => {
      for (let k = 0; k < values.length; k++) if (present[k] === 1 && isWanted(values[k] as number)) return true;
      return false;
    });
  }

  isOf(block: Block): boolean {
    return this.block === block;
  }

  samplesAt(step: number): readonly AlertSample[] {
    const k = step - (this.block?.first ?? 0);
    const samples: AlertSample[] = [];
    for (const { labels, values, present } of this.#series) {
      if (present[k] === 1) samples.push({ labels, value: values[k] as number });
    }
    return samples;
  }
}

async function defaultThresholds(
  { op, value, valueExpr }: Threshold,
  engine: RuleEngine,
  options: SweepOptions,
): Promise<readonly number[]> {
  const { startMs, endMs, signal } = options;
  const stepMs = Math.max(1_000, Math.ceil((endMs - startMs) / SPREAD_POINTS));
  const query = { query: valueExpr, startMs, endMs, stepMs, ...(signal === undefined ? {} : { signal }) };
  const { value: answer } = await engine.range(query);
  const values: number[] = [];
  for (const series of answer.type === 'stepMatrix' ? answer.series : []) {
    for (const [k, one] of series.values.entries()) if (series.present[k] === 1) values.push(one);
    if (values.length > MAX_SPREAD_VALUES) break;
  }
  return chooseThresholds(value, op, values);
}
