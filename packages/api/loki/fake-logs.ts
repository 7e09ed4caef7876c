import { Labels } from '@petrel/model';
import { createLogqlEngine } from '@petrel/query/logql/index.ts';
import { MemoryLogSource, type MemoryOptions } from '@petrel/query/logql/memory/memory-log-source.ts';
import type { FastifyInstance } from 'fastify';
import { fakeApi, fakePorts, NOW_MS } from '../prometheus/fake-ports.ts';

export { NOW_MS };

/** Nanoseconds, so many seconds before now. */
export function agoNs(seconds: number): bigint {
  return (BigInt(NOW_MS) - BigInt(Math.round(seconds * 1000))) * 1_000_000n;
}

export interface FakeLogs {
  readonly app: FastifyInstance;
  readonly source: MemoryLogSource;
}

/** For tests: the API over the real engine and lines in memory. */
export function fakeLogs(options: MemoryOptions = {}): FakeLogs {
  const source = new MemoryLogSource(options);
  return { source, app: fakeApi(fakePorts(), [], { source, engine: createLogqlEngine({ source }) }) };
}

/** Two services, ten seconds apart: orders in JSON, payments in logfmt. */
export function writeOrders({ source }: FakeLogs): void {
  source.write(
    Labels.of({ service_name: 'orders', env: 'prod' }),
    [0, 1, 2, 3].map((i) => ({
      tsNs: agoNs(100 - i * 10),
      line: `{"message":"order ${i} created","user":{"id":${i}},"took":"${i + 1}ms"}`,
      metadata: { trace_id: `t${i}` },
      level: i === 3 ? 'error' : 'info',
    })),
  );
  source.write(Labels.of({ service_name: 'payments', env: 'prod' }), [
    { tsNs: agoNs(95), line: 'msg="payment done" amount=12.5', level: 'warn' },
    { tsNs: agoNs(85), line: 'msg="payment failed" amount=7' },
  ]);
}
