import { Labels } from '@petrel/model';
import type { RemoteWriteSeries } from '@petrel/wire';
import { encodeRemoteWrite1, encodeSnappy } from '@petrel/wire';

/** A counter with noise: what request counters of a busy service look like. Deterministic for a seed. */
export interface Fleet {
  readonly labels: readonly Labels[];
  /** The series' values at one more scrape; the array is reused. */
  next(): Float64Array;
}

const CODES = ['200', '204', '301', '400', '404', '500', '503'] as const;

export function makeFleet(metric: string, count: number, seed = 1): Fleet {
  const labels = Array.from({ length: count }, (_, i) =>
    Labels.of({
      __name__: metric,
      job: 'abcdefghij'.charAt(i % 10),
      instance: `10.0.${(i >> 8) & 255}.${i & 255}:8080`,
      code: CODES[i % CODES.length] as string,
      method: i % 3 === 0 ? 'POST' : 'GET',
      handler: `/api/v1/resource/${i % 97}`,
      pod: `service-${i % 10}-7d4b9c6f5-${(i * 2654435761) % 100000}`,
      namespace: `team-${i % 13}`,
      cluster: 'eu-west-1',
      le: String(i),
    }),
  );
  const random = makeRandom(seed);
  const values = new Float64Array(count);
  const rates = Float64Array.from({ length: count }, () => 1 + random() * 1000);
  for (let i = 0; i < count; i++) values[i] = Math.floor(random() * 1e6);
  return {
    labels,
    next: () => {
      for (let i = 0; i < count; i++) {
        // One process in about 3,000 scrapes restarts.
        if (random() < 0.0003) values[i] = 0;
        values[i] = (values[i] as number) + Math.floor((rates[i] as number) * (0.5 + random()));
      }
      return values;
    },
  };
}

export interface EncodedRequest {
  readonly body: Uint8Array;
  readonly samples: number;
}

export interface Schedule {
  readonly startMs: number;
  readonly stepMs: number;
  readonly scrapes: number;
  /** How the series are divided among concurrent senders. */
  readonly seriesPerRequest: number;
  /** 1 is a live sender; more is one that catches up. Default 1. */
  readonly scrapesPerRequest?: number;
}

/** Remote-write 1.0 bodies (snappy) in rounds: the requests of a round may be sent at once, the next round only after them. */
export function* encodeFleet(fleet: Fleet, schedule: Schedule): Generator<readonly EncodedRequest[]> {
  const { startMs, stepMs, scrapes, seriesPerRequest, scrapesPerRequest = 1 } = schedule;
  const count = fleet.labels.length;
  for (let first = 0; first < scrapes; first += scrapesPerRequest) {
    const length = Math.min(scrapesPerRequest, scrapes - first);
    const values = new Float64Array(count * length);
    const tsMs = new Float64Array(count * length);
    for (let k = 0; k < length; k++) {
      const scraped = fleet.next();
      for (let i = 0; i < count; i++) {
        values[i * length + k] = scraped[i] as number;
        tsMs[i * length + k] = startMs + (first + k) * stepMs;
      }
    }
    const round: EncodedRequest[] = [];
    for (let from = 0; from < count; from += seriesPerRequest) {
      const to = Math.min(from + seriesPerRequest, count);
      const series: RemoteWriteSeries[] = [];
      for (let i = from; i < to; i++) {
        const range = { from: i * length, to: (i + 1) * length };
        series.push({ labels: fleet.labels[i] as Labels, timestampsMs: tsMs, values, ...range });
      }
      round.push({ body: encodeSnappy(encodeRemoteWrite1(series)), samples: (to - from) * length });
    }
    yield round;
  }
}

/** Mulberry32: numbers in [0, 1). */
export function makeRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
