import { Labels, type LogColumns } from '@petrel/model';
import { bench, describe } from 'vitest';
import { createLogqlEngine } from './engine.ts';
import { MemoryLogSource } from './memory/memory-log-source.ts';
import type { LogSource } from './port.ts';

const LINES = 200_000;
const BLOCK = 8192;
const HOUR_NS = 3_600_000_000_000n;

const STREAMS = Array.from({ length: 10 }, (_, s) => Labels.of({ service: `service-${s}`, env: 'prod' }));

/** An hour of JSON lines of ten services, made beforehand, so that the engine alone is measured. */
const blocks: readonly LogColumns[] = Array.from({ length: Math.ceil(LINES / BLOCK) }, (_, b) => {
  const length = Math.min(BLOCK, LINES - b * BLOCK);
  const lines = Array.from({ length }, (_line, i) => {
    const n = b * BLOCK + i;
    const level = n % 17 === 0 ? 'ERROR' : 'INFO';
    return `{"level":"${level}","message":"order ${n} handled","trace_id":"${n.toString(16).padStart(32, '0')}","duration":${n % 977},"path":"/api/${n % 7}"}`;
  });
  return {
    length,
    streams: STREAMS,
    streamOf: Uint32Array.from({ length }, (_line, i) => i % STREAMS.length),
    timestampsNs: BigInt64Array.from({ length }, (_line, i) => (HOUR_NS * BigInt(b * BLOCK + i + 1)) / BigInt(LINES)),
    levels: new Uint8Array(length),
    line: (i) => lines[i] as string,
    metadata: () => [],
    traceId: () => '',
    spanId: () => '',
  };
});

const source: LogSource = Object.assign(Object.create(new MemoryLogSource()) as LogSource, {
  async *select(): AsyncGenerator<LogColumns> {
    yield* blocks;
  },
  count: undefined,
});

const engine = createLogqlEngine({ source });

describe(`${LINES} lines over an hour, 60 steps`, () => {
  measure('sum(count_over_time({env="prod"} |= "ERROR" [5m]))');
  measure('sum by (path) (rate({env="prod"} | json [5m]))');
  measure('quantile_over_time(0.99, {env="prod"} | json | unwrap duration [5m]) by (service)');
  measure('count_over_time({env="prod"} [5m])');
});

function measure(query: string): void {
  bench(query, async () => {
    await engine.range({ query, startMs: 60_000, endMs: 3_600_000, stepMs: 60_000 });
  });
}
