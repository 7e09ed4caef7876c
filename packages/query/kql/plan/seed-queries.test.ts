import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Labels, type LogLevel } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import { compilePredicate } from '../../logql/plan/evaluate-predicate.ts';
import { planKql } from './plan-kql.ts';

// The records of the founding document, by every door that they may come through, against a test of each query that is written by hand.
const seed = fileURLToPath(new URL('../../../../../shared/seed/kibana-queries.txt', import.meta.url));
const NOW_MS = Date.parse('2024-05-10T12:00:00Z');

interface LogRecord {
  readonly timestamp: string;
  readonly level: string;
  readonly message: string;
  readonly service: string;
  readonly trace_id: string;
  readonly span_id: string;
  readonly user_id: string;
  readonly request_id: string;
  readonly duration: number;
}

const TRACES = ['4bf92f3577b34da6a3ce929d0e0e4736', 'a'.repeat(32), '0af7651916cd43dd8448eb211c80319c'];

function records(): LogRecord[] {
  return Array.from({ length: 600 }, (_, i) => ({
    timestamp: new Date(NOW_MS - i * 13_000).toISOString(),
    level: ['ERROR', 'INFO', 'WARN', 'DEBUG'][i % 4] as string,
    message: i % 3 === 0 ? 'ERROR handling of user 12345' : '订单创建失败',
    service: ['order-service', 'payment-service', 'order', 'user-service'][(i % 7) % 4] as string,
    trace_id: TRACES[i % 3] as string,
    span_id: i.toString(16).padStart(16, '0'),
    user_id: ['12345', '123456', '99', 'u-12345'][(i % 5) % 4] as string,
    request_id: `req-${i}`,
    duration: (i * 37) % 2000,
  }));
}

interface Arrived {
  readonly record: LogRecord;
  readonly line: string;
  readonly metadata: readonly string[];
  readonly stream: Labels;
}

const text = ({ timestamp, level, message }: LogRecord) => `${timestamp} ${level} ${message}`;

const DOORS: Readonly<Record<string, (record: LogRecord) => Omit<Arrived, 'record'>>> = {
  'a JSON document': (record) => ({
    line: JSON.stringify(record),
    metadata: [],
    stream: Labels.of({ service: record.service, service_name: record.service }),
  }),
  'a document with what is special under `fields`': ({ duration, user_id, ...record }) => ({
    line: JSON.stringify({ ...record, fields: { duration, user_id } }),
    metadata: [],
    stream: Labels.of({ service_name: 'unknown_service' }),
  }),
  ECS: (record) => ({
    line: JSON.stringify({
      '@timestamp': record.timestamp,
      log: { level: record.level },
      message: record.message,
      service: { name: record.service },
      trace: { id: record.trace_id },
      user: { id: record.user_id },
      duration: record.duration,
    }),
    metadata: [],
    stream: Labels.of({ service_name: record.service }),
  }),
  'a text with metadata': (record) => ({
    line: text(record),
    metadata: ['duration', String(record.duration), 'trace_id', record.trace_id, 'user_id', record.user_id],
    stream: Labels.of({ service_name: record.service }),
  }),
  logfmt: (record) => ({
    line: Object.entries(record)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .join(' '),
    metadata: [],
    stream: Labels.of({ job: 'x' }),
  }),
  'stream labels': (record) => ({
    line: text(record),
    metadata: ['user_id', record.user_id, 'duration', String(record.duration)],
    stream: Labels.of({ level: record.level, service_name: record.service, trace_id: record.trace_id }),
  }),
};

const LEVELS: Readonly<Record<string, LogLevel>> = { ERROR: 'error', INFO: 'info', WARN: 'warn', DEBUG: 'debug' };

/** By the order of the queries in the file. */
const NAIVE: readonly ((record: LogRecord) => boolean)[] = [
  ({ level, user_id, timestamp }) =>
    level === 'ERROR' && (user_id === '12345' || user_id === 'u-12345') && Date.parse(timestamp) >= NOW_MS - 3_600_000,
  ({ duration, service }) => duration > 1000 && service === 'order-service',
  ({ trace_id }) => trace_id === TRACES[0],
];

describe.skipIf(!existsSync(seed))('the queries of the founding document (skipped where it is absent)', () => {
  const queries = existsSync(seed)
    ? readFileSync(seed, 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
    : [];

  it('are those that are tested here', () => {
    expect(queries).toHaveLength(NAIVE.length);
  });

  describe.each(Object.entries(DOORS))('on %s', (_, arrive) => {
    it.each(queries.map((query, i) => [query, i] as const))('%s', (query, i) => {
      const lines = records().map((record) => ({ record, ...arrive(record) }));
      const plan = planKql(query, { language: 'kql', nowMs: NOW_MS });
      const { predicate } =
        plan.refine?.(new Set(lines.flatMap(({ stream }) => [...stream].map(([name]) => name)))) ?? plan;
      const wanted = predicate === undefined ? () => true : compilePredicate(predicate);
      const pipeline = plan.pipeline();
      const found = lines.filter(({ record, line, metadata, stream }) => {
        const level = LEVELS[record.level] as LogLevel;
        const tsNs = BigInt(Date.parse(record.timestamp)) * 1_000_000n;
        if (!wanted({ line, metadata, level, traceId: record.trace_id, spanId: record.span_id })) return false;
        if (plan.timeRange?.startNs !== undefined && tsNs < plan.timeRange.startNs) return false;
        const shown = ['detected_level', level, ...metadata];
        return pipeline.forStream(stream).process({ tsNs, line, metadata: shown }) !== undefined;
      });
      const expected = lines.filter(({ record }) => NAIVE[i]?.(record) === true);
      expect(expected.length).toBeGreaterThan(5);
      expect(found.map(({ record }) => record.request_id)).toEqual(expected.map(({ record }) => record.request_id));
    });
  });
});
