import type { Alert, LedgerEntry } from '@petrel/model';
import type { RuleAlerts } from '../alerting/alert-instance.ts';
import { emitAlertSeries } from '../alerting/alert-series.ts';
import type { AlertRuleState, StepOutcome, StepQueries } from '../alerting/rule-alerts.ts';
import { failureText, isOutage } from '../evaluation/rule-failure.ts';
import { queryVector } from '../evaluation/rule-query.ts';
import type { RuleEngine } from '../port.ts';
import type { SeriesBuffer } from './series-buffer.ts';
import type { SimulatedStore } from './simulated-store.ts';
import type { Instants } from './step-reader.ts';
import { StepReader } from './step-reader.ts';

/** How a rule is walked through time. */
export interface Walk {
  readonly engine: RuleEngine;
  /** The group's evaluation instants. */
  readonly instants: Instants;
  readonly queryOffsetMs: number;
  readonly maxSteps: number;
  readonly signal?: AbortSignal;
  /** Given where another rule reads what this one writes. */
  readonly store?: SimulatedStore;
  /** Told of each evaluation that failed. */
  readonly onFailure: (tMs: number, message: string) => void;
}

/** What an evaluation at an instant had to tell. */
export type OnOutcome = (tMs: number, outcome: { alerts: readonly Alert[]; decisions: readonly LedgerEntry[] }) => void;

/** Evaluates an alerting rule at every instant and tells of those at which something is to be said, in their order. */
export async function simulateAlerting(
  state: AlertRuleState,
  query: string,
  walk: Walk,
  tell: OnOutcome,
): Promise<void> {
  const { instants, queryOffsetMs } = walk;
  const asked = { ...instants, firstMs: instants.firstMs - queryOffsetMs };
  const reader = readerOf(query, asked, walk);
  const data = state.dataQuery === undefined ? undefined : readerOf(state.dataQuery, asked, walk);
  const series = walk.store && new AlertSeriesWriter(walk.store);
  for (let step = 0; step < instants.steps; step++) {
    const tMs = instants.firstMs + step * instants.intervalMs;
    if (reader.has(step) && state.isIdle && reader.isEmptyAt(step) && series?.isOpen !== true) continue;
    const queries = queriesAt(step, data, walk);
    let outcome: StepOutcome;
    try {
      if (!reader.has(step)) await reader.load(step);
      outcome = await state.step(reader.samplesAt(step), tMs, queries);
      if (outcome.error !== undefined) walk.onFailure(tMs, outcome.error);
      else series?.write(state.alerts, tMs - queryOffsetMs);
    } catch (error) {
      const { text, isBug } = failureText(error);
      if (isBug || isOutage(error)) throw error;
      walk.onFailure(tMs, text);
      outcome = { alerts: await state.due(tMs, queries), decisions: [] };
    }
    if (outcome.alerts.length + outcome.decisions.length > 0) tell(tMs, outcome);
  }
}

function readerOf(query: string, instants: Instants, { engine, maxSteps, signal }: Walk): StepReader {
  return new StepReader({ engine, query, instants, maxSteps, ...(signal === undefined ? {} : { signal }) });
}

function queriesAt(step: number, data: StepReader | undefined, walk: Walk): StepQueries {
  return {
    async data() {
      await data?.load(step);
      return data?.samplesAt(step) ?? [];
    },
    template: (query, timeMs) =>
      queryVector(walk.engine, { query, timeMs, ...(walk.signal === undefined ? {} : { signal: walk.signal }) }),
  };
}

/** Writes ALERTS and ALERTS_FOR_STATE of a rule. */
class AlertSeriesWriter {
  #open = new Map<string, SeriesBuffer>();

  constructor(private readonly store: SimulatedStore) {}

  get isOpen(): boolean {
    return this.#open.size > 0;
  }

  write(alerts: RuleAlerts, tMs: number): void {
    const open = new Map<string, SeriesBuffer>();
    emitAlertSeries(alerts, (labels, value) => {
      const buffer = this.store.buffer(labels);
      buffer.append(tMs, value);
      open.set(labels.key, buffer);
    });
    for (const [key, buffer] of this.#open) if (!open.has(key)) buffer.close(tMs);
    this.#open = open;
  }
}
