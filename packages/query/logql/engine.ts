import type { Clock, Instruments, Logger } from '@petrel/model';
import { noInstruments, PetrelError, silentLogger } from '@petrel/model';
import { QueryGate } from '../gate.ts';
import type { Grid } from '../promql/plan/plan-node.ts';
import type { QueryOptions, QueryResult } from '../promql/result.ts';
import { abortError } from '../work.ts';
import type { LogqlLimits } from './exec/limits.ts';
import { DEFAULT_LOGQL_LIMITS } from './exec/limits.ts';
import { histogramOf } from './exec/lines/histogram.ts';
import { processedLines, selectLines } from './exec/lines/select-lines.ts';
import { LogWork } from './exec/log-work.ts';
import { queryMetric } from './exec/metric/query-metric.ts';
import type { LogSource } from './port.ts';
import type {
  LogHistogram,
  LogHistogramRequest,
  LogqlEngine,
  LogResultLine,
  LogStatsOfQuery,
  LogsRequest,
  LogsResult,
} from './result.ts';

export interface LogqlEngineOptions {
  readonly source: LogSource;
  readonly limits?: Partial<LogqlLimits>;
  /** Every query names its time, so the engine itself asks no clock; timings are monotonic. */
  readonly clock?: Clock;
  readonly instruments?: Instruments;
  readonly logger?: Logger;
}

/** A longer timer would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

type Kind = 'logs' | 'lines' | 'histogram' | 'instant' | 'range';

/** The engine over a source. It keeps no state between queries but its counters. */
export function createLogqlEngine(options: LogqlEngineOptions): LogqlEngine {
  return new Engine(options);
}

class Engine implements LogqlEngine {
  readonly #source: LogSource;
  readonly #limits: LogqlLimits;
  readonly #logger: Logger;
  readonly #gate: QueryGate;
  readonly #duration;
  readonly #lines;
  readonly #bytes;
  readonly #failures;

  constructor(options: LogqlEngineOptions) {
    this.#source = options.source;
    this.#limits = { ...DEFAULT_LOGQL_LIMITS, ...options.limits };
    this.#logger = options.logger ?? silentLogger;
    this.#gate = new QueryGate(this.#limits.maxConcurrent, this.#limits.maxQueued);
    const instruments = options.instruments ?? noInstruments;
    this.#duration = instruments.histogram(
      'petrel_log_query_duration_seconds',
      'Time that LogQL queries took, by kind, waiting for their turn included.',
      ['kind'],
    );
    this.#lines = instruments.counter('petrel_log_query_lines_total', 'Lines that LogQL queries read from the store.');
    this.#bytes = instruments.counter('petrel_log_query_bytes_total', 'Bytes of lines that LogQL queries read.');
    this.#failures = instruments.counter('petrel_log_query_failures_total', 'LogQL queries that failed, by code.', [
      'code',
    ]);
    instruments.observableGauge(
      'petrel_log_queries_concurrent',
      'LogQL queries in evaluation.',
      () => this.#gate.running,
    );
    instruments.observableGauge(
      'petrel_log_queries_queued',
      'LogQL queries that wait for their turn.',
      () => this.#gate.queued,
    );
  }

  logs(request: LogsRequest): Promise<LogsResult> {
    return this.#run('logs', request, async (work, startedMs) => {
      const lines = await selectLines(request, work);
      return { lines, stats: statsOf(work, startedMs) };
    });
  }

  async *lines(
    request: Omit<LogsRequest, 'limit'> & { readonly expected?: number },
  ): AsyncGenerator<readonly LogResultLine[], void, undefined> {
    const turn = await this.#enter('lines', request);
    try {
      for await (const block of processedLines(request, turn.work)) {
        const lines = [...block];
        if (lines.length > 0) yield lines;
      }
    } catch (error) {
      throw this.#failed(error, turn.work.signal, 'lines');
    } finally {
      turn.leave();
    }
  }

  histogram(request: LogHistogramRequest): Promise<LogHistogram> {
    return this.#run('histogram', request, (work) => histogramOf(request, work));
  }

  instant({ query, timeMs, ...options }: Parameters<LogqlEngine['instant']>[0]): Promise<QueryResult> {
    const grid = { startMs: timeMs, stepMs: 0, steps: 1 };
    return this.#run('instant', options, (work) => queryMetric({ query, grid, isRange: false }, work));
  }

  async range({
    query,
    startMs,
    endMs,
    stepMs,
    ...options
  }: Parameters<LogqlEngine['range']>[0]): Promise<QueryResult> {
    const grid = this.#grid(startMs, endMs, stepMs);
    return this.#run('range', options, (work) => queryMetric({ query, grid, isRange: true }, work));
  }

  #grid(startMs: number, endMs: number, stepMs: number): Grid {
    if (endMs < startMs)
      throw new PetrelError('BAD_REQUEST', 'end timestamp must not be before or equal to start time');
    if (!(stepMs > 0)) {
      throw new PetrelError(
        'BAD_REQUEST',
        'zero or negative query resolution step widths are not accepted. Try a positive integer',
      );
    }
    const steps = Math.floor((endMs - startMs) / stepMs) + 1;
    const { maxPoints } = this.#limits;
    if (steps - 1 > maxPoints) {
      throw new PetrelError(
        'BAD_REQUEST',
        `exceeded maximum resolution of ${maxPoints.toLocaleString('en-US')} points per time series. Try increasing the value of the step parameter`,
      );
    }
    return { startMs, stepMs, steps };
  }

  async #run<T>(kind: Kind, options: QueryOptions, task: (work: LogWork, startedMs: number) => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    const turn = await this.#enter(kind, options);
    try {
      return await task(turn.work, startedMs);
    } catch (error) {
      throw this.#failed(error, turn.work.signal, kind);
    } finally {
      turn.leave();
    }
  }

  /** Waits for a turn. `leave` gives it back and counts what was read; to be called once. */
  async #enter(kind: Kind, options: QueryOptions): Promise<{ readonly work: LogWork; readonly leave: () => void }> {
    const startedMs = performance.now();
    const deadline = new Deadline(Math.min(options.timeoutMs ?? Infinity, this.#limits.timeoutMs), options.signal);
    const end = () => {
      deadline.end();
      this.#duration.observe((performance.now() - startedMs) / 1000, kind);
    };
    try {
      const release = await this.#gate.enter(deadline.signal);
      const work = new LogWork({ source: this.#source, limits: this.#limits, signal: deadline.signal });
      const leave = () => {
        release();
        end();
        this.#lines.add(work.linesRead);
        this.#bytes.add(work.bytesRead);
      };
      return { work, leave };
    } catch (error) {
      end();
      throw this.#failed(error, deadline.signal, kind);
    }
  }

  #failed(error: unknown, signal: AbortSignal, kind: Kind): unknown {
    const known = signal.aborted ? abortError(signal) : error;
    this.#failures.add(1, known instanceof PetrelError ? known.code : 'INTERNAL');
    if (!(known instanceof PetrelError)) this.#logger.error('LogQL query failed', { kind, error: String(error) });
    return known;
  }
}

/** A signal that aborts when the time is over or the caller's signal aborts. */
class Deadline {
  readonly #abort = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort = () => this.#abort.abort(this.caller?.reason);

  constructor(
    timeoutMs: number,
    private readonly caller: AbortSignal | undefined,
  ) {
    const onTimeout = () =>
      this.#abort.abort(new PetrelError('QUERY_TIMEOUT', 'query timed out in expression evaluation'));
    this.#timer = setTimeout(onTimeout, Math.min(timeoutMs, MAX_TIMER_MS));
    if (timeoutMs <= 0) onTimeout();
    if (caller?.aborted === true) this.#onAbort();
    caller?.addEventListener('abort', this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.caller?.removeEventListener('abort', this.#onAbort);
  }
}

function statsOf(work: LogWork, startedMs: number): LogStatsOfQuery {
  return { linesRead: work.linesRead, bytesRead: work.bytesRead, elapsedMs: performance.now() - startedMs };
}
