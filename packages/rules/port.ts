import type { Alert, Clock, Instruments, LedgerEntry, Logger, SampleSink, Timers } from '@petrel/model';
import type { MetricSource, PromqlEngine } from '@petrel/query';
import type { LogSelector } from '@petrel/query/logql/parse/ast.ts';

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

/** Where lines behind an alert are read: the newest first, of `(startMs, endMs]`. */
export interface LogLines {
  lines(request: {
    readonly selector: LogSelector;
    readonly startMs: number;
    readonly endMs: number;
    readonly limit: number;
  }): Promise<readonly string[]>;
}

/** How rules that ask logs are evaluated. */
export interface LogRulePort extends LogLines {
  readonly engine: RuleEngine;
}

/** What rules need of a query engine, whatever its language. */
export type RuleEngine = Pick<PromqlEngine, 'instant' | 'range'>;

/** What the rule manager needs of the world. */
export interface RulePorts {
  readonly source: MetricSource;
  readonly engineOver: EngineOver;
  /** Absent: rules that ask logs fail. */
  readonly logs?: LogRulePort;
  readonly samples: SampleSink;
  readonly alerts: AlertSink;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly instruments?: Instruments;
  readonly logger?: Logger;
}
