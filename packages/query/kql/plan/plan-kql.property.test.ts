import { Labels, LOG_LEVELS, type LogLevel } from '@petrel/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compilePredicate, type PredicateRow } from '../../logql/plan/evaluate-predicate.ts';
import { groupOf, levelNamed } from '../exec/field-group.ts';
import { KqlParseError } from '../parse/errors.ts';
import { planKql } from './plan-kql.ts';

const NOW_MS = Date.parse('2024-05-10T12:00:00Z');
const TRACES = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7a3ce929d0e0e4736'];
const word = fc.constantFrom(
  'order',
  'failed',
  'ERROR',
  'Error',
  'refused',
  '12345',
  '123',
  '1.5',
  '订单',
  'Straße',
  'İx',
  'ß',
  'x-y',
  'a"b',
  '200',
);
const scalar = fc.oneof(
  word,
  fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' ')),
  fc.constantFrom(
    12345,
    200,
    1.5,
    1e21,
    -5,
    true,
    false,
    null,
    '2024-05-10T11:00:00Z',
    '10.1.2.3',
    '1.5s',
    'error',
    'warn',
    '',
  ),
);
const value = fc.oneof({ weight: 4, arbitrary: scalar }, { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }) });
const NAMES = [
  'level',
  'message',
  'user_id',
  'trace_id',
  'status',
  'http.method',
  'duration',
  'service',
  'timestamp',
  '订',
  'severity',
];
const name = fc.constantFrom(...NAMES);
const object = fc.dictionary(name, value, { maxKeys: 5 });
const body = fc.oneof(
  fc
    .tuple(
      object,
      fc.dictionary(
        fc.constantFrom('fields', 'http', 'items', 'log'),
        fc.oneof(object, fc.array(object, { maxLength: 2 })),
        { maxKeys: 2 },
      ),
    )
    .chain(([top, nested]) => jsonTexts({ ...top, ...nested })),
  fc
    .array(
      fc.oneof(
        word,
        fc.tuple(name, word).map(([key, text]) => `${key}=${text}`),
      ),
      { maxLength: 5 },
    )
    .map((parts) => parts.join(' ')),
);

/** As different encoders write it. */
function jsonTexts(document: unknown): fc.Arbitrary<string> {
  const text = JSON.stringify(document);
  const escaped = text.replaceAll(/[^\0-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return fc.constantFrom(text, escaped, JSON.stringify(document, null, 1), text.replaceAll('/', '\\/'));
}

const pairs = fc.dictionary(
  fc.constantFrom('user_id', 'http_method', 'status', 'level', 'trace_id', 'k8s.pod', 'duration'),
  fc.oneof(word, fc.constantFrom('error', 'WARN', '200.0', '2e2', ...TRACES)),
  { maxKeys: 3 },
);

interface StoredRow extends PredicateRow {
  readonly tsNs: bigint;
  readonly stream: Labels;
}

/** The columns as they are filled on the way in: from metadata, else the stream, else the body. */
const stored: fc.Arbitrary<StoredRow> = fc
  .record({
    line: body,
    metadata: pairs,
    stream: pairs,
    detected: fc.constantFrom<LogLevel>(...LOG_LEVELS),
    hour: fc.nat(48),
  })
  .map(({ line, metadata, stream, detected, hour }) => {
    const idOf = (labels: Record<string, string>) =>
      Object.entries(labels).find(([key]) => groupOf(key) === 'trace')?.[1];
    const levelOf = (labels: Record<string, string>) =>
      Object.entries(labels)
        .flatMap(([key, text]) => (groupOf(key) === 'level' ? [levelNamed(text)] : []))
        .find((one) => one !== undefined);
    const level = levelOf(metadata) ?? levelOf(stream) ?? detected;
    const traceId = (idOf(metadata) ?? idOf(stream) ?? '').toLowerCase();
    return {
      tsNs: BigInt(NOW_MS - hour * 3_600_000) * 1_000_000n,
      line,
      stream: Labels.of(stream),
      metadata: Labels.of(metadata).pairs,
      level,
      traceId,
      spanId: '',
    };
  });

const literal = fc.oneof(
  word.map((text) => text.replaceAll('"', '\\"')),
  fc.tuple(word, word).map(([a, b]) => `"${a} ${b}"`.replaceAll('a"b', 'a\\"b')),
  word.map((text) => `"${text.replaceAll('"', '\\"')}"`),
  word.map((text) => `${text.slice(0, 2).replaceAll('"', '\\"')}*`),
  fc.constantFrom(
    '*',
    'true',
    'null',
    '200.0',
    '2e2',
    '1000000000000000000000',
    '10.0.0.0/8',
    '2024-05-10',
    'error',
    ...TRACES,
  ),
);
const condition = fc.oneof(
  literal,
  fc
    .tuple(
      fc.constantFrom(
        ...NAMES,
        'log.level',
        'fields.status',
        'http_method',
        'stat*',
        '@timestamp',
        'user_id.keyword',
        'k8s_pod',
      ),
      literal,
    )
    .map(([field, text]) => `${field}:${text}`),
  fc
    .tuple(fc.constantFrom('duration', 'status', 'user_id'), fc.constantFrom('>', '<='))
    .map(([field, op]) => `${field} ${op} 150`),
  fc.constantFrom(
    '@timestamp >= now-1d/d',
    '@timestamp < now-3h',
    'items:{ status:200 and user_id:12345 }',
    'http:{ method:order }',
  ),
);
const query = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    condition,
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a} and ${b})`),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a} or ${b})`),
    tie('node').map((a) => `(not ${a})`),
  ),
})).node;

it('a line that the pipeline lets through satisfies the predicate and lies within the time range', () => {
  let through = 0;
  let pushed = 0;
  let refused = 0;
  fc.assert(
    fc.property(query, fc.array(stored, { minLength: 1, maxLength: 8 }), fc.boolean(), (text, lines, known) => {
      let plan: ReturnType<typeof planKql>;
      try {
        plan = planKql(text, { language: 'kql', nowMs: NOW_MS });
      } catch (error) {
        if (error instanceof KqlParseError) return;
        throw error;
      }
      const labels = new Set(lines.flatMap(({ stream }) => [...stream].map(([label]) => label)));
      const { predicate } = known ? (plan.refine?.(labels) ?? plan) : plan;
      const wanted = predicate === undefined ? () => true : compilePredicate(predicate);
      const pipeline = plan.pipeline();
      if (predicate !== undefined) pushed++;
      for (const one of lines) {
        const { level } = one;
        const shown = level === 'unknown' ? one.metadata : [...one.metadata, 'detected_level', level];
        if (!wanted(one)) refused++;
        if (pipeline.forStream(one.stream).process({ tsNs: one.tsNs, line: one.line, metadata: shown }) === undefined)
          continue;
        through++;
        expect([text, one.line, wanted(one)]).toEqual([text, one.line, true]);
        const { startNs, endNs } = plan.timeRange ?? {};
        expect(startNs === undefined || one.tsNs >= startNs).toBe(true);
        expect(endNs === undefined || one.tsNs < endNs).toBe(true);
      }
    }),
    { numRuns: 5000 },
  );
  // The property says nothing about plans that let nothing through or that ask for everything.
  expect(through).toBeGreaterThan(500);
  expect(pushed).toBeGreaterThan(500);
  expect(refused).toBeGreaterThan(500);
});

it('any text is a plan whose pipeline takes any line, or KqlParseError', () => {
  const sign = fc.constantFrom(
    '(',
    ')',
    '{',
    '}',
    '"',
    ':',
    '*',
    '\\',
    ' and ',
    ' OR ',
    'not ',
    '>',
    '<=',
    '[',
    ' TO ',
    ']',
    '~2',
    '^',
    '/',
    '?',
    ' ',
  );
  const field = fc.constantFrom(
    '@timestamp',
    'level',
    'trace_id',
    'a.b',
    '_exists_',
    'x*',
    'now-1d/d',
    '10.0.0.0/8',
    '2024-05',
    '1e400',
  );
  const text = fc.array(fc.oneof(sign, field, word, fc.string({ maxLength: 3, unit: 'binary' })), { maxLength: 12 });
  const line = fc.oneof(body, fc.json(), fc.string({ unit: 'binary' }));
  let planned = 0;
  fc.assert(
    fc.property(text, fc.constantFrom('kql' as const, 'lucene' as const), line, (parts, language, one) => {
      try {
        const plan = planKql(parts.join(''), { language, nowMs: NOW_MS });
        plan
          .pipeline()
          .forStream(Labels.of({ level: 'info', a_b: '1' }))
          .process({ tsNs: 0n, line: one, metadata: ['x', 'y'] });
        planned++;
      } catch (error) {
        expect(error).toBeInstanceOf(KqlParseError);
      }
    }),
    { numRuns: 3000 },
  );
  expect(planned).toBeGreaterThan(300);
});
