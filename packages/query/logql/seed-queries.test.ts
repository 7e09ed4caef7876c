import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Labels } from '@petrel/model';
import { describe, expect, test } from 'vitest';
import { createLogqlEngine } from './engine.ts';
import { MemoryLogSource } from './memory/memory-log-source.ts';
import { parseLogql } from './parse/index.ts';
import { planLogSelector } from './plan/plan-log-selector.ts';

const PATH = resolve('../shared/seed/loki-queries.logql');
const queries = existsSync(PATH)
  ? readFileSync(PATH, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('#'))
  : [];

const BASE_MS = Date.UTC(2026, 0, 1);

/** Documents as the seed's services write them: one a second for five minutes, every tenth an error, one with the trace that is asked for. */
const records = Array.from({ length: 300 }, (_, i) => ({
  atMs: BASE_MS + i * 1000,
  level: i % 10 === 0 ? 'ERROR' : 'INFO',
  trace_id: i === 123 ? 'xxx' : `trace-${i}`,
  duration: (i * 7) % 101,
}));

function source(): MemoryLogSource {
  const made = new MemoryLogSource();
  for (const service of ['order-service', 'user-service']) {
    made.write(
      Labels.of({ service, service_name: service }),
      records.map(({ atMs, ...record }) => ({
        tsNs: BigInt(atMs) * 1_000_000n,
        line: JSON.stringify({ timestamp: new Date(atMs).toISOString(), service, message: 'order created', ...record }),
        level: record.level === 'ERROR' ? 'error' : 'info',
      })),
    );
  }
  return made;
}

const END_MS = BASE_MS + 299_000;

async function linesOf(query: string): Promise<readonly Record<string, unknown>[]> {
  const expr = parseLogql(query);
  if (expr.kind !== 'logSelector') throw new Error(`${query} gives no lines`);
  const { lines } = await createLogqlEngine({ source: source() }).logs({
    plan: planLogSelector(expr),
    startNs: BigInt(BASE_MS) * 1_000_000n,
    endNs: BigInt(END_MS + 1) * 1_000_000n,
    limit: 1000,
    direction: 'forward',
  });
  return lines.map(({ line }) => JSON.parse(line) as Record<string, unknown>);
}

async function valuesOf(query: string): Promise<readonly number[]> {
  const { value } = await createLogqlEngine({ source: source() }).instant({ query, timeMs: END_MS });
  if (value.type !== 'vector') throw new Error(`${query} gives a ${value.type}`);
  return value.samples.map((sample) => sample.value);
}

describe.skipIf(queries.length === 0)(`the queries of the seed (skipped where ${PATH} is not there)`, () => {
  const query = (part: string) => queries.find((text) => text.includes(part)) ?? `none with ${part}`;

  test('there are no others', () => {
    expect(queries).toHaveLength(4);
  });

  test('errors', async () => {
    const wanted = records.filter(({ level }) => level === 'ERROR').map(({ trace_id }) => trace_id);
    const found = await linesOf(query('level="ERROR"'));
    expect(found.map(({ trace_id }) => trace_id)).toEqual(wanted);
    expect(found.every(({ service }) => service === 'order-service')).toBe(true);
  });

  test('a trace', async () => {
    expect((await linesOf(query('trace_id="xxx"'))).map(({ trace_id, duration }) => [trace_id, duration])).toEqual([
      ['xxx', records[123]?.duration],
    ]);
  });

  test('lines a second', async () => {
    const found = await valuesOf(query('rate('));
    // By level, which is a label of a line.
    expect(found.reduce((a, b) => a + b, 0)).toBeCloseTo(1);
    expect(found).toHaveLength(2);
  });

  test('a quantile of what is in the lines', async () => {
    const text = query('quantile_over_time').replace(
      'quantile_over_time(0.99, [5m])',
      'quantile_over_time(0.99, [5m]) by (service)',
    );
    const sorted = records.map(({ duration }) => duration).sort((a, b) => a - b);
    const rank = 0.99 * (sorted.length - 1);
    const [below = 0, above = 0] = sorted.slice(Math.floor(rank));
    const [found = Number.NaN, ...others] = await valuesOf(text);
    expect(others).toEqual([]);
    expect(found).toBeCloseTo(below + (above - below) * (rank % 1));
    expect((await valuesOf(query('quantile_over_time'))).length).toBeGreaterThan(1);
  });
});
