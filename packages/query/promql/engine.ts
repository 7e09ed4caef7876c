import type { Clock, Instruments, Logger } from '@petrel/model';
import { noInstruments, PetrelError, silentLogger } from '@petrel/model';
import { QueryGate } from '../gate.ts';
import { abortError } from '../work.ts';
import { Annotations } from './exec/annotations.ts';
import { EvalContext } from './exec/context.ts';
import { evaluate } from './exec/evaluate.ts';
import { fetchPlan } from './exec/fetch.ts';
import { evalRange } from './exec/range-input.ts';
import { instantValue, rangeValue, rawValue } from './exec/result-value.ts';
import type { Expr } from './parse/ast.ts';
import { parseExpr, typeOf } from './parse/index.ts';
import { buildPlan } from './plan/build-plan.ts';
import type { Grid } from './plan/plan-node.ts';
import { pushDown } from './plan/push-down.ts';
import type { MetricSource } from './port.ts';
import type { EngineFeatures, PromqlEngine, QueryOptions, QueryResult, QueryValue } from './result.ts';

export interface EngineLimits {
  /** Prometheus's -query.timeout. */
  readonly timeoutMs: number;
  /** Prometheus's -query.max-samples. */
  readonly maxSamples: number;
  /** Points a series in a range query, as Prometheus's API limits them. */
  readonly maxPoints: number;
  /** Prometheus's -query.max-concurrency. */
  readonly maxConcurrent: number;
  /** Queries that may wait for their turn; further ones are refused with QUERY_QUEUE_FULL. */
  readonly maxQueued: number;
}

export const DEFAULT_LIMITS: EngineLimits = {
  timeoutMs: 120_000,
  maxSamples: 50_000_000,
  maxPoints: 11_000,
  maxConcurrent: 20,
  maxQueued: 200,
};

export const DEFAULT_FEATURES: EngineFeatures = {
  experimentalFunctions: false,
  durationExpressions: false,
  extendedRangeSelectors: false,
  fillModifiers: false,
  delayedNameRemoval: false,
};

export interface EngineOptions {
  readonly source: MetricSource;
  readonly features?: Partial<EngineFeatures>;
  readonly limits?: Partial<EngineLimits>;
  /** Every query names its time, so the engine itself asks no clock; timings are monotonic. */
  readonly clock?: Clock;
  readonly instruments?: Instruments;
  readonly logger?: Logger;
  /** The step of a subquery that names none, for its range. Default: one minute (Prometheus: the global evaluation interval). */
  readonly noStepSubqueryIntervalMs?: (rangeMs: number) => number;
}

const DEFAULT_LOOKBACK_MS = 5 * 60_000;
/** A longer timer would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** One query on its way. */
interface Task {
  readonly query: string;
  readonly grid: Grid;
  readonly isRange: boolean;
  readonly options: QueryOptions;
}

/** The engine over a source. It keeps no state between queries but its counters. */
export function createPromqlEngine(options: EngineOptions): PromqlEngine {
  return new Engine(options);
}

class Engine implements PromqlEngine {
  readonly #source: MetricSource;
  readonly #features: EngineFeatures;
  readonly #limits: EngineLimits;
  readonly #logger: Logger;
  readonly #gate: QueryGate;
  readonly #noStepSubqueryIntervalMs: (rangeMs: number) => number;
  readonly #duration;
  readonly #samples;
  readonly #failures;

  constructor(options: EngineOptions) {
    this.#source = options.source;
    this.#features = { ...DEFAULT_FEATURES, ...options.features };
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#logger = options.logger ?? silentLogger;
    this.#noStepSubqueryIntervalMs = options.noStepSubqueryIntervalMs ?? (() => 60_000);
    const instruments = options.instruments ?? noInstruments;
    this.#gate = new QueryGate(this.#limits.maxConcurrent, this.#limits.maxQueued);
    this.#duration = instruments.histogram(
      'petrel_query_duration_seconds',
      'Time that PromQL queries took, by kind and phase.',
      ['kind', 'phase'],
    );
    this.#samples = instruments.counter('petrel_query_samples_total', 'Samples that PromQL queries loaded.');
    this.#failures = instruments.counter('petrel_query_failures_total', 'PromQL queries that failed, by code.', [
      'code',
    ]);
    instruments.observableGauge('petrel_queries_concurrent', 'PromQL queries in evaluation.', () => this.#gate.running);
    instruments.observableGauge(
      'petrel_queries_queued',
      'PromQL queries that wait for their turn.',
      () => this.#gate.queued,
    );
    instruments.observableGauge(
      'petrel_queries_concurrent_max',
      'PromQL queries that may be evaluated at the same time.',
      () => this.#limits.maxConcurrent,
    );
  }

  instant({ query, timeMs, ...options }: Parameters<PromqlEngine['instant']>[0]): Promise<QueryResult> {
    // The step of an instant query counts nowhere; 0 is what step() answers.
    return this.#run({ query, grid: { startMs: timeMs, stepMs: 0, steps: 1 }, isRange: false, options });
  }

  async range({
    query,
    startMs,
    endMs,
    stepMs,
    ...options
  }: Parameters<PromqlEngine['range']>[0]): Promise<QueryResult> {
    if (endMs < startMs) throw new PetrelError('BAD_REQUEST', 'end timestamp must not be before start time');
    if (!(stepMs > 0)) {
      throw new PetrelError(
        'BAD_REQUEST',
        'zero or negative query resolution step widths are not accepted. Try a positive integer',
      );
    }
    const steps = Math.floor((endMs - startMs) / stepMs) + 1;
    if (steps - 1 > this.#limits.maxPoints) {
      throw new PetrelError(
        'BAD_REQUEST',
        `exceeded maximum resolution of ${this.#limits.maxPoints.toLocaleString('en-US')} points per timeseries. Try decreasing the query resolution (?step=XX)`,
      );
    }
    return this.#run({ query, grid: { startMs, stepMs, steps }, isRange: true, options });
  }

  async #run(task: Task): Promise<QueryResult> {
    const kind = task.isRange ? 'range' : 'instant';
    const timeoutMs = Math.min(task.options.timeoutMs ?? Infinity, this.#limits.timeoutMs);
    const abort = new AbortController();
    const onTimeout = () => abort.abort(new PetrelError('QUERY_TIMEOUT', 'query timed out in expression evaluation'));
    const timer = setTimeout(onTimeout, Math.min(timeoutMs, MAX_TIMER_MS));
    if (timeoutMs <= 0) onTimeout();
    const onAbort = () => abort.abort(task.options.signal?.reason);
    if (task.options.signal?.aborted === true) onAbort();
    task.options.signal?.addEventListener('abort', onAbort, { once: true });
    const startedMs = performance.now();
    try {
      const release = await this.#gate.enter(abort.signal);
      this.#duration.observe((performance.now() - startedMs) / 1000, kind, 'queue');
      try {
        return await this.#execute(task, abort.signal, kind);
      } finally {
        release();
      }
    } catch (error) {
      throw this.#failed(error, abort.signal, task);
    } finally {
      clearTimeout(timer);
      task.options.signal?.removeEventListener('abort', onAbort);
      this.#duration.observe((performance.now() - startedMs) / 1000, kind, 'total');
    }
  }

  #failed(error: unknown, signal: AbortSignal, { query }: Task): unknown {
    const known = signal.aborted ? abortError(signal) : error;
    this.#failures.add(1, known instanceof PetrelError ? known.code : 'INTERNAL');
    if (!(known instanceof PetrelError)) this.#logger.error('PromQL query failed', { query, error: String(error) });
    return known;
  }

  async #execute(task: Task, signal: AbortSignal, kind: string): Promise<QueryResult> {
    const { query, grid, isRange, options } = task;
    const watch = new Stopwatch();
    const expr = parseExpr(query, this.#features);
    const isRaw = this.#checkType(expr, isRange);
    watch.lap('parse');
    const { lookbackMs: wantedMs = 0 } = options;
    const lookbackMs = wantedMs > 0 ? wantedMs : DEFAULT_LOOKBACK_MS;
    const endMs = grid.startMs + (grid.steps - 1) * grid.stepMs;
    const span = { startMs: grid.startMs, endMs, stepMs: grid.stepMs };
    const planOptions = { span, lookbackMs, noStepSubqueryIntervalMs: this.#noStepSubqueryIntervalMs };
    const bare = buildPlan(expr, grid, planOptions);
    const plan = this.#source.selectGrid === undefined || !isRange ? bare : pushDown(bare);
    watch.lap('plan');
    const annotations = new Annotations(query);
    const { maxSamples } = this.#limits;
    const context = new EvalContext({
      source: this.#source,
      features: this.#features,
      annotations,
      signal,
      maxSamples,
      lookbackMs,
      isRange,
    });
    await fetchPlan(plan, context);
    watch.lap('fetch');
    const value = isRaw
      ? rawValue(await evalRange(plan, context, evaluate))
      : finish(await evaluate(plan, context), task);
    watch.lap('eval');
    this.#samples.add(context.samplesLoaded);
    for (const [phase, ms] of Object.entries(watch.lapsMs)) this.#duration.observe(ms / 1000, kind, phase);
    return {
      value,
      warnings: annotations.warnings,
      infos: annotations.infos,
      stats: {
        samplesLoaded: context.samplesLoaded,
        peakSamples: context.peakSamples,
        timingsMs: watch.lapsMs,
      },
    };
  }

  /** True for a range vector, which only an instant query can answer. */
  #checkType(expr: Expr, isRange: boolean): boolean {
    const type = typeOf(expr);
    if (isRange && (type === 'matrix' || type === 'string')) {
      const found = type === 'matrix' ? 'range vector' : 'string';
      throw new PetrelError(
        'BAD_REQUEST',
        `invalid expression type "${found}" for range query, must be Scalar or instant Vector`,
      );
    }
    return type === 'matrix';
  }
}

function finish(value: Awaited<ReturnType<typeof evaluate>>, { grid, isRange }: Task): QueryValue {
  return isRange ? rangeValue(value, grid) : instantValue(value, grid.startMs);
}

type Phase = 'parse' | 'plan' | 'fetch' | 'eval';

class Stopwatch {
  #lastMs = performance.now();
  readonly lapsMs: Record<Phase, number> = { parse: 0, plan: 0, fetch: 0, eval: 0 };

  lap(phase: Phase): void {
    const nowMs = performance.now();
    this.lapsMs[phase] = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
  }
}
