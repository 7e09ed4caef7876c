import type { Alert, Labels, LedgerEntry, Logger, SampleSink } from '@petrel/model';
import { PetrelError, silentLogger } from '@petrel/model';
import type { MetricSource } from '@petrel/query/promql';
import type { TemplateQuery } from '../alerting/alert-text.ts';
import type { RuleSetting } from '../alerting/rule-alerts.ts';
import type { AlertSink, EngineOver, LogRulePort, RuleEngine } from '../port.ts';
import type { Rule, RuleGroup } from '../rule-file/rule-group.ts';
import type { RuleInstruments } from './instruments.ts';
import { Limiter } from './limiter.ts';
import type { RuleQueries, RuleYield } from './live-rule.ts';
import { LiveRule, StepFailure } from './live-rule.ts';
import { OverlaySource } from './overlay-source.ts';
import { ruleDependencies } from './rule-dependencies.ts';
import { failureText, RuleFailure } from './rule-failure.ts';
import { queryVector } from './rule-query.ts';
import type { RuleSample } from './rule-samples.ts';
import { columnsAt } from './rule-samples.ts';
import { batchOf } from './sample-batch.ts';
import { SampleLines } from './sample-lines.ts';

/** Rules of a group that are evaluated at a time, where none waits for another; Prometheus's default of -rules.max-concurrent-rule-evals. */
const CONCURRENT_RULES = 4;

/** Decisions that are kept while nobody takes them: an hour of a group with some forty changes a minute. */
const MAX_UNTOLD = 2500;

/** What a group needs; the setting counts for every rule of it. */
export interface GroupOptions {
  readonly group: RuleGroup;
  readonly setting: RuleSetting;
  readonly queryOffsetMs: number;
  /** False: alerts may be known from before a restart, and nothing is written of them until they have been restored. */
  readonly restored: boolean;
  readonly source: MetricSource;
  readonly engineOver: EngineOver;
  /** The engine over `source` itself. */
  readonly engine: RuleEngine;
  /** For rules that ask logs. */
  readonly logs?: LogRulePort;
  readonly samples: SampleSink;
  readonly alerts: AlertSink;
  readonly instruments: RuleInstruments;
  /** The clock, for the times that are shown. */
  readonly nowMs: () => number;
  readonly logger?: Logger;
  /** Told of every rule that fails. */
  readonly onFailure?: (rule: LiveRule, error: unknown) => void;
  readonly signal?: AbortSignal;
}

interface Reader {
  readonly overlay: OverlaySource;
  readonly engine: RuleEngine;
}

/** A group of rules with its state. Evaluations must not overlap. */
export class Group {
  readonly rules: readonly LiveRule[];
  readonly #dependencies: readonly (readonly number[])[];
  /** For the rules that read what earlier ones record. */
  readonly #readers: readonly (Reader | undefined)[];
  readonly #sampleLines = new Map<LiveRule, SampleLines>();
  readonly #logger: Logger;
  #untold: readonly LedgerEntry[] = [];
  evaluationTimeMs = 0;
  lastEvaluationMs: number | undefined;
  /** Series of rules that are no more: the next evaluation ends them. */
  staleSeries: readonly Labels[] = [];

  constructor(readonly options: GroupOptions) {
    const { group, setting, source, engineOver } = options;
    this.rules = group.rules.map((rule) => new LiveRule(rule, setting, options.restored));
    for (const live of this.rules) {
      const { rule } = live;
      if (options.logs !== undefined && rule.kind === 'alerting' && rule.language === 'logql')
        this.#sampleLines.set(live, new SampleLines(rule, options.logs));
    }
    this.#logger = options.logger ?? silentLogger;
    this.#dependencies = ruleDependencies(group.rules);
    this.#readers = this.#dependencies.map((needed) => {
      if (needed.length === 0) return undefined;
      const overlay = new OverlaySource(source);
      return { overlay, engine: engineOver(overlay) };
    });
  }

  get key(): string {
    const { file, name } = this.options.group;
    return `${file};${name}`;
  }

  /** For a rule's templates outside an evaluation. */
  templateQuery({ rule }: LiveRule): TemplateQuery {
    return async (query, timeMs) => queryVector(this.#engineOf(rule), { query, timeMs });
  }

  /** Evaluates all rules at `tMs`, stores what they record in one write, and sends what is due. Never rejects. */
  async evaluate(tMs: number): Promise<void> {
    const { instruments, signal } = this.options;
    const startedMs = performance.now();
    const beganMs = this.options.nowMs();
    const limiter = new Limiter(CONCURRENT_RULES);
    const runs: Promise<RuleYield>[] = [];
    for (const i of this.rules.keys()) runs.push(this.#afterNeeded(i, tMs, runs, limiter));
    const yields = await Promise.all(runs);
    if (signal?.aborted === true) return;
    await Promise.all([this.#store(yields, tMs), this.#send(yields, tMs)]);
    this.evaluationTimeMs = performance.now() - startedMs;
    this.lastEvaluationMs = beganMs;
    instruments.evaluated(this.key, {
      durationMs: this.evaluationTimeMs,
      ruleDurationsMs: this.rules.map((rule) => rule.evaluationTimeMs),
      atMs: beganMs,
      samples: yields.reduce((n, { samples }) => n + samples.filter(({ stale }) => stale !== true).length, 0),
    });
  }

  async #afterNeeded(
    index: number,
    tMs: number,
    runs: readonly Promise<RuleYield>[],
    limiter: Limiter,
  ): Promise<RuleYield> {
    const reader = this.#readers[index];
    if (reader === undefined) return limiter.run(() => this.#evaluateRule(index, tMs));
    const needed = await Promise.all((this.#dependencies[index] as readonly number[]).map((i) => runs[i]));
    const samples = distinct(needed.map((one) => (one as RuleYield).samples));
    reader.overlay.lay(columnsAt(samples, tMs - this.options.queryOffsetMs));
    return limiter.run(() => this.#evaluateRule(index, tMs, reader.engine));
  }

  async #evaluateRule(index: number, tMs: number, engine?: RuleEngine): Promise<RuleYield> {
    const rule = this.rules[index] as LiveRule;
    const { instruments, nowMs } = this.options;
    const startedMs = performance.now();
    rule.lastEvaluationMs = nowMs();
    instruments.evaluating(this.key);
    const queries = this.#queriesOf(rule, tMs, engine);
    try {
      const result = await this.#withLines(rule, await rule.evaluate(tMs, queries), tMs);
      rule.health = 'ok';
      rule.lastError = '';
      return result;
    } catch (error) {
      this.#failed(rule, error);
      if (error instanceof StepFailure) return { samples: [], alerts: error.alerts, decisions: error.decisions };
      // Nobody looked, so nothing ends: what fires goes on firing for its receivers.
      const alerts = (await rule.alerting?.due(tMs, queries)) ?? [];
      return { samples: [], alerts, decisions: [] };
    } finally {
      rule.evaluationTimeMs = performance.now() - startedMs;
      instruments.ruleEvaluated(rule.evaluationTimeMs);
    }
  }

  async #withLines(rule: LiveRule, result: RuleYield, tMs: number): Promise<RuleYield> {
    const lines = this.#sampleLines.get(rule);
    return lines === undefined ? result : { ...result, alerts: await lines.add(result.alerts, tMs) };
  }

  #engineOf({ language }: Rule): RuleEngine {
    if (language === 'promql') return this.options.engine;
    if (this.options.logs === undefined) throw new RuleFailure('rules that ask logs cannot be evaluated here');
    return this.options.logs.engine;
  }

  #queriesOf(rule: LiveRule, tMs: number, engine: RuleEngine | undefined): RuleQueries {
    const { queryOffsetMs, signal } = this.options;
    const ask = async (query: string, timeMs: number) =>
      queryVector(engine ?? this.#engineOf(rule.rule), { query, timeMs, ...(signal === undefined ? {} : { signal }) });
    return {
      result: () => ask(rule.query, tMs - queryOffsetMs),
      data: (query) => ask(query, tMs - queryOffsetMs),
      template: ask,
    };
  }

  #failed(rule: LiveRule, error: unknown): void {
    const { text, isBug } = failureText(error);
    rule.health = 'err';
    rule.lastError = text;
    this.options.instruments.failed(this.key);
    this.options.onFailure?.(rule, error);
    if (error instanceof PetrelError && error.code === 'QUERY_CANCELED') return;
    const { file, name } = this.options.group;
    const fields = { file, group: name, rule: rule.rule.name, error: text };
    if (isBug) this.#logger.error('rule evaluation failed', { ...fields, stack: (error as Error).stack });
    else this.#logger.warn('rule evaluation failed', fields);
  }

  async #store(yields: readonly RuleYield[], tMs: number): Promise<void> {
    const ended = this.staleSeries.map((labels): RuleSample => ({ labels, value: 0, stale: true }));
    const samples = distinct([...yields.map((one) => one.samples), ended]);
    if (samples.length > 0) {
      const { samples: sink, queryOffsetMs } = this.options;
      try {
        await sink.write(batchOf(samples, tMs - queryOffsetMs, sink.registry));
      } catch (error) {
        for (const [i, rule] of this.rules.entries()) if (yields[i]?.samples.length) this.#failed(rule, error);
        return;
      }
    }
    this.staleSeries = [];
    for (const [i, rule] of this.rules.entries()) {
      if (rule.health === 'ok') rule.stored((yields[i] as RuleYield).samples);
    }
  }

  async #send(yields: readonly RuleYield[], tMs: number): Promise<void> {
    const alerts: readonly Alert[] = yields.flatMap((one) => one.alerts);
    const decisions: readonly LedgerEntry[] = [...this.#untold, ...yields.flatMap((one) => one.decisions)];
    if (alerts.length + decisions.length === 0) return;
    try {
      await this.options.alerts.send({ atMs: tMs, alerts, decisions });
      this.#untold = [];
    } catch (error) {
      this.#untold = decisions.slice(-MAX_UNTOLD);
      for (const rule of this.rules) rule.alerting?.notSent(tMs);
      this.options.instruments.sendFailed(alerts.length);
      this.#logger.error('alerts could not be handed over', { group: this.key, ...failureText(error) });
    }
  }
}

/** What several rules write, each series once: a value before a staleness marker, then the earlier rule. */
function distinct(lists: readonly (readonly RuleSample[])[]): readonly RuleSample[] {
  const byKey = new Map<string, RuleSample>();
  for (const list of lists) {
    for (const sample of list) {
      const known = byKey.get(sample.labels.key);
      if (known === undefined || (known.stale === true && sample.stale !== true)) byKey.set(sample.labels.key, sample);
    }
  }
  return [...byKey.values()];
}
