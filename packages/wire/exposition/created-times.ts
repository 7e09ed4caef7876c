import type { MetricType } from '@petrel/model';
import { hash64 } from '@petrel/model';
import type { LabelRanges } from './line-scanner.ts';

const SUFFIX = '_created';
const TWO_32 = 2 ** 32;
const hash = new Uint32Array(2);

/** The `_created` lines of the current metric family: label bytes → start time. Labels count in any order. */
export class CreatedTimes {
  readonly #startMs = new Map<number, number>();

  /** Undefined where the exposition has no such line, which costs one search and nothing afterwards. */
  static in(bytes: Buffer): CreatedTimes | undefined {
    return bytes.includes(SUFFIX) ? new CreatedTimes() : undefined;
  }

  clear(): void {
    this.#startMs.clear();
  }

  /** Whether a sample's name says that it is the start time of `family`. */
  static isCreated(type: MetricType, family: string, name: string): boolean {
    return hasStart(type) && name.length === family.length + SUFFIX.length && name === family + SUFFIX;
  }

  /** Of two lines with the same labels the first counts. */
  add(type: MetricType, bytes: Buffer, labels: LabelRanges, startMs: number): void {
    const key = keyOf(type, bytes, labels);
    if (!this.#startMs.has(key)) this.#startMs.set(key, startMs);
  }

  /** 0 when unknown. */
  startMs(type: MetricType, bytes: Buffer, labels: LabelRanges): number {
    if (this.#startMs.size === 0 || !hasStart(type)) return 0;
    return this.#startMs.get(keyOf(type, bytes, labels)) ?? 0;
  }
}

export function hasStart(type: MetricType): boolean {
  return type === 'counter' || type === 'histogram' || type === 'summary';
}

/** 53 bits of the sum of the labels' hashes; `le` and `quantile` belong to the sample, not to the metric. */
function keyOf(type: MetricType, bytes: Buffer, { offsets, count }: LabelRanges): number {
  const left = type === 'histogram' ? 'le' : type === 'summary' ? 'quantile' : '';
  let high = 0;
  let low = 0;
  for (let i = 0; i < count * 4; i += 4) {
    const start = offsets[i] as number;
    if (left !== '' && isWord(bytes, start, offsets[i + 1] as number, left)) continue;
    // Name, `="` and value stand side by side but for blanks, which OpenMetrics does not allow.
    hash64(bytes, start, offsets[i + 3] as number, hash);
    high += hash[0] as number;
    low += hash[1] as number;
  }
  return ((high >>> 0) & 0x1fffff) * TWO_32 + (low >>> 0);
}

function isWord(bytes: Buffer, start: number, end: number, word: string): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word.charCodeAt(i)) return false;
  return true;
}
