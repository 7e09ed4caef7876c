import type { Labels, LedgerEntry, Logger, SampleBatch, SampleSink } from '@petrel/model';
import { isStaleAt, wordsOf } from '@petrel/model';
import type { MetricSource } from '@petrel/query/promql';
import { createPromqlEngine } from '@petrel/query/promql';
import type { MemorySample } from '@petrel/query/promql/memory/memory-source.ts';
import { MemorySource } from '@petrel/query/promql/memory/memory-source.ts';
import { parseSeriesDescription } from '@petrel/query/promql/memory/series-description.ts';
import type { AlertSink, AlertUpdate, EngineOver, RuleGroup, RulePorts } from '@petrel/rules';
import { loadRuleFile } from '@petrel/rules';
import { FakeTime } from '../fake-time.ts';

/** A store in memory and whatever else rules need, for tests. */
export class FakeWorld {
  readonly time: FakeTime;
  readonly memory = new MemorySource();
  readonly updates: AlertUpdate[] = [];
  readonly batches: {
    readonly tMs: number;
    readonly rows: Readonly<Record<string, number | 'stale' | 'histogram'>>;
  }[] = [];
  readonly logged: string[] = [];
  /** Thrown by everything that is read, written or sent while it is set. */
  readFailure: Error | undefined;
  writeFailure: Error | undefined;
  sendFailure: Error | undefined;
  /** How many range and instant queries have been asked. */
  selects = 0;

  constructor(startMs = 0) {
    this.time = new FakeTime(startMs);
  }

  /** Writes series from `startMs` on: `up{a="b"} 1 1 0`. */
  load(startMs: number, stepMs: number, ...descriptions: string[]): void {
    for (const text of descriptions) {
      const { labels, values } = parseSeriesDescription(text);
      const samples = values.flatMap((value, i): readonly MemorySample[] => {
        const tMs = startMs + i * stepMs;
        if (value.kind === 'gap') return [];
        if (value.kind === 'stale') return [{ tMs, stale: true }];
        return [value.kind === 'float' ? { tMs, value: value.value } : { tMs, histogram: value.histogram }];
      });
      this.memory.write(labels, samples);
    }
  }

  get source(): MetricSource {
    const { memory } = this;
    return {
      select: async (request) => {
        this.selects++;
        if (this.readFailure !== undefined) throw this.readFailure;
        return memory.select(request);
      },
      series: (selectors, range, limit) => memory.series(selectors, range, limit),
      labelNames: (selectors, range, limit) => memory.labelNames(selectors, range, limit),
      labelValues: (name, selectors, range, limit) => memory.labelValues(name, selectors, range, limit),
      exemplars: (selectors, range) => memory.exemplars(selectors, range),
      metadata: (options) => memory.metadata(options),
    };
  }

  readonly engineOver: EngineOver = (source) => createPromqlEngine({ source });

  readonly alerts: AlertSink = {
    send: async (update) => {
      if (this.sendFailure !== undefined) throw this.sendFailure;
      this.updates.push(update);
    },
  };

  readonly samples: SampleSink = this.#sink();

  readonly logger: Logger = {
    debug: () => {},
    info: () => {},
    warn: (message, fields) => this.logged.push(`${message} ${JSON.stringify(fields)}`),
    error: (message, fields) => this.logged.push(`${message} ${JSON.stringify(fields)}`),
  };

  get ports(): RulePorts {
    const { source, engineOver, samples, alerts, time, logger } = this;
    return { source, engineOver, samples, alerts, clock: time, timers: time, logger };
  }

  /** Every decision so far, as `second reason alert`. */
  get decisions(): readonly string[] {
    return this.updates.flatMap(({ decisions }) => decisions.map(shownDecision));
  }

  #sink(): SampleSink {
    const series: Labels[] = [];
    return {
      registry: {
        find: () => -1,
        register: (_high, _low, labels) => series.push(labels) - 1,
        labelsOf: (ref) => series[ref] as Labels,
      },
      write: async (batch) => {
        if (this.writeFailure !== undefined) throw this.writeFailure;
        this.#take(batch, series);
      },
    };
  }

  #take(batch: SampleBatch, series: readonly Labels[]): void {
    const words = wordsOf(batch.values);
    const rows: Record<string, number | 'stale' | 'histogram'> = {};
    for (let i = 0; i < batch.length; i++) {
      const labels = series[batch.refs[i] as number] as Labels;
      const tMs = batch.timestampsMs[i] as number;
      const stale = isStaleAt(words, i);
      rows[`${labels}`] = stale ? 'stale' : (batch.values[i] as number);
      this.memory.write(labels, [stale ? { tMs, stale: true } : { tMs, value: batch.values[i] as number }]);
    }
    for (const { ref, tMs, histogram } of batch.histograms ?? []) {
      rows[`${series[ref]}`] = 'histogram';
      this.memory.write(series[ref] as Labels, [{ tMs, histogram }]);
    }
    this.batches.push({ tMs: batch.timestampsMs[0] ?? batch.histograms?.[0]?.tMs ?? 0, rows });
  }
}

function shownDecision({ tMs, reason, labels }: LedgerEntry): string {
  return `${tMs / 1000} ${reason} ${labels.without(new Set(['alertname']))}`;
}

/** The groups of a rule file given as text. */
export function groupsOf(text: string, file = 'rules.yml'): readonly RuleGroup[] {
  return loadRuleFile({ path: file, text, cwd: '/' }).groups;
}
