import type { Position } from '../parse/ast.ts';
import { lineAndColumn } from '../parse/errors.ts';

/** Prometheus answers at most so many of each kind. */
const SHOWN = 10;

/** Collects the warnings and infos of one query: each text once, with ` (line:column)` of the expression that caused it. */
export class Annotations {
  readonly #warnings = new Set<string>();
  readonly #infos = new Map<string, string>();
  #merged = new Map<string, ForcedMonotonicity & { samples: number; firstMs: number; lastMs: number }>();

  constructor(private readonly query: string) {}

  warn(text: string, pos: Position): void {
    this.#warnings.add(`PromQL warning: ${text} (${lineAndColumn(this.query, pos.start)})`);
  }

  info(text: string, pos: Position): void {
    const full = `PromQL info: ${text} (${lineAndColumn(this.query, pos.start)})`;
    this.#infos.set(full, full);
  }

  /** Occurrences over several steps become one info that tells the extent. */
  forcedMonotonicity(metric: string, pos: Position, tMs: number, found: ForcedMonotonicity): void {
    const key = `${metric}\0${pos.start}`;
    const seen = this.#merged.get(key);
    if (seen === undefined) {
      this.#merged.set(key, { ...found, samples: 1, firstMs: tMs, lastMs: tMs });
    } else {
      seen.minBucket = Math.min(seen.minBucket, found.minBucket);
      seen.maxBucket = Math.max(seen.maxBucket, found.maxBucket);
      seen.maxDiff = Math.max(seen.maxDiff, found.maxDiff);
      seen.samples++;
      seen.firstMs = Math.min(seen.firstMs, tMs);
      seen.lastMs = Math.max(seen.lastMs, tMs);
    }
    const { minBucket, maxBucket, maxDiff, samples, firstMs, lastMs } = this.#merged.get(key) as NonNullable<
      typeof seen
    >;
    const extent =
      samples === 1
        ? ''
        : `, over ${samples} samples from ${new Date(firstMs).toISOString()} to ${new Date(lastMs).toISOString()}`;
    const text =
      'input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)' +
      `${forMetric(metric)}, from buckets ${minBucket} to ${maxBucket}, with a max diff of ${Number(maxDiff.toPrecision(2))}${extent}`;
    this.#infos.set(key, `PromQL info: ${text} (${lineAndColumn(this.query, pos.start)})`);
  }

  get warnings(): readonly string[] {
    return shown([...this.#warnings], 'warning');
  }

  get infos(): readonly string[] {
    return shown([...this.#infos.values()], 'info');
  }
}

export interface ForcedMonotonicity {
  minBucket: number;
  maxBucket: number;
  maxDiff: number;
}

/** The tail that Prometheus puts behind a text when it knows the metric. */
export function forMetric(metric: string): string {
  return metric === '' ? '' : ` for metric name ${JSON.stringify(metric)}`;
}

function shown(texts: readonly string[], kind: string): readonly string[] {
  if (texts.length <= SHOWN) return texts;
  return [...texts.slice(0, SHOWN), `${texts.length - SHOWN} more ${kind} annotations omitted`];
}
