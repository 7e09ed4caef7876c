import { Labels } from '@petrel/model';
import { bench, describe } from 'vitest';
import { planKql } from '../plan/plan-kql.ts';

// 30,000 records of about 300 bytes in 24 streams; lines a second are 30,000 times what is printed as operations a second.
const LINES = 30_000;
const NOW_MS = 1_700_000_000_000;
const LEVELS = ['INFO', 'INFO', 'INFO', 'INFO', 'INFO', 'INFO', 'DEBUG', 'WARN', 'ERROR'];
const MESSAGES = [
  'order created',
  'payment accepted by the gateway',
  'cache miss, reading from the database',
  'request finished',
];

let state = 1;
function below(n: number): number {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
  return (state >> 8) % n;
}
const hex = (digits: number) => Array.from({ length: digits }, () => below(16).toString(16)).join('');

const streams = Array.from({ length: 24 }, (_, i) => Labels.of({ service_name: `service-${i % 8}`, pod: `pod-${i}` }));
const lines = Array.from({ length: LINES }, (_, i) => {
  const level = LEVELS[below(LEVELS.length)] as string;
  const line = JSON.stringify({
    timestamp: new Date(NOW_MS + i).toISOString(),
    level,
    message: MESSAGES[below(MESSAGES.length)],
    service: 'order-service',
    trace_id: hex(32),
    span_id: hex(16),
    user_id: String(10_000 + below(5000)),
    request_id: `req-${hex(16)}`,
    fields: { duration: below(2000), status: level === 'ERROR' ? 500 : 200, path: `/api/v1/orders/${below(100_000)}` },
  });
  const metadata = ['detected_level', level.toLowerCase()];
  return { stream: below(streams.length), input: { tsNs: BigInt(NOW_MS + i) * 1_000_000n, line, metadata } };
});

describe(`${LINES} JSON records`, () => {
  for (const query of [
    'level:ERROR AND user_id:"12345"',
    'duration:>1000 AND service:"order-service"',
    'trace_id:"4bf92f3577b34da6a3ce929d0e0e4736"',
    'message:database',
    'gateway and not level:debug',
    'message:*miss*',
  ]) {
    bench(query, () => {
      const pipeline = planKql(query, { language: 'kql', nowMs: NOW_MS }).pipeline();
      const ready = streams.map((stream) => pipeline.forStream(stream));
      let found = 0;
      for (const { stream, input } of lines) if (ready[stream]?.process(input) !== undefined) found++;
      if (found > LINES) throw new Error('more than there are');
    });
  }
});
