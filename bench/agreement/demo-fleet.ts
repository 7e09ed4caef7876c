import { Labels } from '@petrel/model';
import type { RemoteWriteSeries } from '@petrel/wire';
import { makeRandom } from '../load/series.ts';

/**
 * The metrics of the PromQL compliance suite's demo service, of three instances: counters with resets, gauges, a classic histogram, a
 * series with gaps, one that ends, and values that are not numbers. Deterministic.
 */
export function demoFleet(range: {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}): readonly RemoteWriteSeries[] {
  const random = makeRandom(7);
  const tsMs: number[] = [];
  for (let t = range.startMs; t <= range.endMs; t += range.stepMs) tsMs.push(t);
  const all: RemoteWriteSeries[] = [];
  const add = (labels: Record<string, string>, valueAt: (k: number, tMs: number) => number | undefined): void => {
    const points = tsMs
      .map((tMs, k) => ({ tMs, value: valueAt(k, tMs) }))
      .filter((point): point is { tMs: number; value: number } => point.value !== undefined);
    all.push({
      labels: Labels.of({ job: 'demo', ...labels }),
      timestampsMs: Float64Array.from(points, (point) => point.tMs),
      values: Float64Array.from(points, (point) => point.value),
      from: 0,
      to: points.length,
    });
  };
  const counter = (labels: Record<string, string>, perStep: number, resets: number): void => {
    let value = Math.floor(random() * 1000);
    add(labels, () => {
      value = random() < resets ? 0 : value + perStep * random();
      return value;
    });
  };
  const gauge = (labels: Record<string, string>, size: number): void => {
    add(labels, (k) => size * (1 + 0.3 * Math.sin(k / 20 + size)) + size * 0.1 * random());
  };
  for (const instance of ['demo-0:10000', 'demo-1:10001', 'demo-2:10002']) {
    for (const type of ['buffers', 'cached', 'free', 'used']) {
      gauge({ __name__: 'demo_memory_usage_bytes', instance, type }, 1e8 * (1 + random()));
    }
    for (const mode of ['idle', 'system', 'user']) {
      counter({ __name__: 'demo_cpu_usage_seconds_total', instance, mode }, 5, 0.01);
    }
    add({ __name__: 'demo_num_cpus', instance }, () => 4);
    gauge({ __name__: 'demo_disk_usage_bytes', instance }, 2e10);
    add({ __name__: 'demo_disk_total_bytes', instance }, () => 5e10);
    add({ __name__: 'demo_batch_last_success_timestamp_seconds', instance }, (_, t) => Math.floor(t / 600_000) * 600);
    add(
      { __name__: 'demo_odd_values', instance },
      (k) => [Number.NaN, Number.POSITIVE_INFINITY, -1, 0][k % 4] as number,
    );
    apiHistogram(instance, random, add);
  }
  add({ __name__: 'demo_intermittent_metric', instance: 'demo-0:10000' }, (k) => (k % 40 < 12 ? k : undefined));
  add({ __name__: 'demo_ended_metric', instance: 'demo-0:10000' }, (k) => (k < tsMs.length / 2 ? k : undefined));
  return all;
}

function apiHistogram(
  instance: string,
  random: () => number,
  add: (labels: Record<string, string>, valueAt: (k: number) => number) => void,
): void {
  const bounds = ['0.0001', '0.001', '0.01', '0.1', '1.0', '10.0', '+Inf'];
  for (const [method, path] of [
    ['GET', '/api/foo'],
    ['POST', '/api/bar'],
  ] as const) {
    for (const status of ['200', '500']) {
      const labels = { instance, method, path, status };
      const share = bounds.map(() => random());
      const total = share.reduce((sum, one) => sum + one, 0);
      let cumulative = 0;
      bounds.forEach((le, i) => {
        cumulative += (share[i] as number) / total;
        const reached = cumulative;
        add({ __name__: 'demo_api_request_duration_seconds_bucket', ...labels, le }, (k) =>
          Math.floor(k * 12 * reached),
        );
      });
      add({ __name__: 'demo_api_request_duration_seconds_count', ...labels }, (k) => k * 12);
      add({ __name__: 'demo_api_request_duration_seconds_sum', ...labels }, (k) => k * 0.7);
    }
  }
}
