import type { StepSeries } from '@petrel/query/promql';
import { Recorder } from '../evaluation/recording.ts';
import { failureText, isOutage } from '../evaluation/rule-failure.ts';
import type { RecordingRule } from '../rule-file/rule-group.ts';
import type { SeriesBuffer } from './series-buffer.ts';
import type { Walk } from './simulate-alerting.ts';
import type { SimulatedStore } from './simulated-store.ts';
import type { Instants } from './step-reader.ts';
import { StepReader } from './step-reader.ts';

/** Evaluates a recording rule at every instant and lays what it records into the store. */
export async function simulateRecording(
  rule: RecordingRule,
  query: string,
  limit: number,
  walk: Walk & { readonly store: SimulatedStore },
): Promise<void> {
  const { engine, instants, queryOffsetMs, maxSteps, signal } = walk;
  const asked: Instants = { ...instants, firstMs: instants.firstMs - queryOffsetMs };
  const reader = new StepReader({
    engine,
    query,
    instants: asked,
    maxSteps,
    ...(signal === undefined ? {} : { signal }),
  });
  const writer = new RecordingWriter(new Recorder(rule.name, rule.labels), limit, walk.store, asked);
  for (let step = 0; step < instants.steps; step++) {
    const tMs = instants.firstMs + step * instants.intervalMs;
    try {
      await reader.load(step);
      const block = reader.blockAt(step);
      if (block !== undefined && step === block.first && writer.isSimple(block.series)) {
        writer.writeBlock(block);
        step = block.end - 1;
      } else writer.writeStep(reader.samplesAt(step), step);
    } catch (error) {
      const { text, isBug } = failureText(error);
      if (isBug || isOutage(error)) throw error;
      walk.onFailure(tMs, text);
    }
  }
}

class RecordingWriter {
  #open = new Set<SeriesBuffer>();

  constructor(
    private readonly recorder: Recorder,
    private readonly limit: number,
    private readonly store: SimulatedStore,
    private readonly times: Instants,
  ) {}

  /** True when no step of these series can fail: they stay distinct, and are not too many. */
  isSimple(series: readonly StepSeries[]): boolean {
    if (this.limit > 0 && series.length > this.limit) return false;
    return new Set(series.map(({ labels }) => this.recorder.labelsOf(labels).key)).size === series.length;
  }

  writeStep(samples: Parameters<Recorder['record']>[0], step: number): void {
    const tMs = this.times.firstMs + step * this.times.intervalMs;
    const open = new Set<SeriesBuffer>();
    for (const { labels, value, histogram } of this.recorder.record(samples, this.limit)) {
      const buffer = this.store.buffer(labels);
      if (histogram === undefined) buffer.append(tMs, value);
      else buffer.appendHistogram({ tMs, histogram });
      open.add(buffer);
    }
    for (const buffer of this.#open) if (!open.has(buffer)) buffer.close(tMs);
    this.#open = open;
  }

  writeBlock({ first, end, series }: { first: number; end: number; series: readonly StepSeries[] }): void {
    const { firstMs, intervalMs } = this.times;
    const startMs = firstMs + first * intervalMs;
    const written = new Set<SeriesBuffer>();
    for (const { labels, values, present, histograms } of series) {
      const buffer = this.store.buffer(this.recorder.labelsOf(labels));
      written.add(buffer);
      for (let k = 0; k < end - first; k++) {
        const histogram = histograms?.[k];
        if (present[k] === 1) buffer.append(startMs + k * intervalMs, values[k] as number);
        else if (histogram !== undefined) buffer.appendHistogram({ tMs: startMs + k * intervalMs, histogram });
        else if (buffer.isOpen) buffer.close(startMs + k * intervalMs);
      }
    }
    for (const buffer of this.#open) if (!written.has(buffer)) buffer.close(startMs);
    this.#open = new Set([...written].filter((buffer) => buffer.isOpen));
  }
}
