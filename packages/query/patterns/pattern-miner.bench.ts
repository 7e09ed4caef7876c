import { bench, describe } from 'vitest';
import { PatternMiner } from './pattern-miner.ts';

const LINES = 20_000;
const TEXTS = [
  (i: number) => `GET /api/orders/${i} 200 ${i % 97}ms from 10.0.${i % 256}.${i % 13}:${40_000 + (i % 9999)}`,
  (i: number) => `order ${i} of user u${i % 1000} could not be paid: card declined after ${i % 7} tries`,
  (i: number) =>
    `2024-05-01T10:31:${i % 60}Z INFO cache: block blk_${i * 7919} evicted, ${i % 100} % of ${i} bytes left`,
];
const text = Array.from({ length: LINES }, (_, i) => (TEXTS[i % 3] as (typeof TEXTS)[number])(i));
const json = text.map((line, i) =>
  JSON.stringify({
    timestamp: 1_700_000_000 + i,
    level: 'INFO',
    message: line,
    service: 'orders',
    trace_id: `${i}abcdef`,
  }),
);

describe(`clustering ${LINES} lines`, () => {
  bench('text', () => run(text));
  bench('JSON', () => run(json));
});

function run(lines: readonly string[]): void {
  const miner = new PatternMiner();
  for (const line of lines) miner.add(line);
}
