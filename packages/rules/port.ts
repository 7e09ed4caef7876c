import type { Alert, Clock, Instruments, LedgerEntry, Logger, SampleSink, Timers } from '@petrel/model';
import type { MetricSource, PromqlEngine } from '@petrel/query';

/** What one evaluation of a group has to tell. */
export interface AlertUpdate {
  /** The instant of the evaluation. */
  readonly atMs: number;
  /** Alerts that are due: new, ended, or not told of for a minute. In the order of the rules, then of the labels. */
  readonly alerts: readonly Alert[];
  /** What changed its state in this evaluation, of kind `evaluation`, in the order of the rules. */
  readonly decisions: readonly LedgerEntry[];
}

/** Where alerts go: the alert engine. Never called with nothing to tell; a rejection is logged and counted, the next evaluation tells again. */
export interface AlertSink {
  send(update: AlertUpdate): Promise<void>;
}

/**
 * Makes a query engine over a source. Called once for the store, and once for every rule that reads what an earlier rule of
 * its group records (its source is then the store under an overlay); so metrics that the engine registers must stand being registered again.
 */
export type EngineOver = (source: MetricSource) => PromqlEngine;

/** What the rule manager needs of the world. */
export interface RulePorts {
  readonly source: MetricSource;
  readonly engineOver: EngineOver;
  readonly samples: SampleSink;
  readonly alerts: AlertSink;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly instruments?: Instruments;
  readonly logger?: Logger;
}
