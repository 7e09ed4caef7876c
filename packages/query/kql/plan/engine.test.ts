import { Labels } from '@petrel/model';
import { expect, it } from 'vitest';
import { createLogqlEngine } from '../../logql/engine.ts';
import { MemoryLogSource } from '../../logql/memory/memory-log-source.ts';
import { planKql } from './plan-kql.ts';

const NOW_MS = Date.UTC(2026, 0, 1, 12);

function source(): MemoryLogSource {
  const memory = new MemoryLogSource({ blockLines: 10 });
  ['order-service', 'payment-service'].forEach((service, s) => {
    const lines = Array.from({ length: 60 }, (_, i) => {
      const level = i % 5 === 0 ? 'ERROR' : 'INFO';
      const line = JSON.stringify({
        level,
        message: `request ${i}`,
        user_id: String(100 + (i % 10)),
        duration: i * 30,
      });
      return {
        tsNs: BigInt(NOW_MS - i * 60_000) * 1_000_000n,
        line,
        level: i % 5 === 0 ? ('error' as const) : ('info' as const),
      };
    });
    memory.write(Labels.of({ service_name: service, user_id: s === 0 ? '' : '105' }), lines);
  });
  return memory;
}

async function minutes(query: string): Promise<string[]> {
  const plan = planKql(query, { language: 'kql', nowMs: NOW_MS });
  const engine = createLogqlEngine({ source: source() });
  const startNs = plan.timeRange?.startNs ?? 0n;
  const endNs = plan.timeRange?.endNs ?? BigInt(NOW_MS + 1) * 1_000_000n;
  const { lines } = await engine.logs({ plan, startNs, endNs, limit: 1000, direction: 'backward' });
  return lines.map(
    ({ tsNs, stream }) => `${stream.get('service_name')[0]}${(BigInt(NOW_MS) * 1_000_000n - tsNs) / 60_000_000_000n}`,
  );
}

it('the engine of LogQL runs the plans', async () => {
  expect(await minutes('level:ERROR AND service:"order-service" AND @timestamp:[now-15m TO now]')).toEqual([
    'o0',
    'o5',
    'o10',
    'o15',
  ]);
  expect(await minutes('duration:>1700 AND service:"payment-service"')).toEqual(['p57', 'p58', 'p59']);
  expect(await minutes('message:"request 7" or message:(58 and request)')).toHaveLength(4);
});

it('a field that only one of the streams has as a label is found there and in the bodies', async () => {
  const found = await minutes('user_id:105 and @timestamp > now-11m');
  expect(found.filter((one) => one.startsWith('o'))).toEqual(['o5']);
  expect(found.filter((one) => one.startsWith('p'))).toHaveLength(11);
});
