import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Labels, LOG_LEVELS, type LogPredicate, noInstruments, silentLogger } from '@petrel/model';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStores, type Stores } from '../embedded/index.ts';
import { batchOf, detectedLevel, type PlainLine, readLines, satisfies } from './lines-for-tests.ts';
import type { LogStore } from './port.ts';
import { openLogStore } from './store.ts';

const NOW_NS = 1_780_000_000_000_000_000n;
const SPAN_NS = 3_600_000_000_000n;
const STREAMS = [
  { service_name: 'api', pod: 'a', env: 'prod' },
  { service_name: 'api', pod: 'b' },
  { service_name: 'db', pod: 'a', region: 'x' },
];
const ALL = [[{ type: '!=', name: 'service_name', value: 'words' } as const]];
/** Pieces that lines and questions are made of: words with and without hexadecimal digits, ids, marks that mean something to LIKE, to strings and to regular expressions. */
const PIECES = [
  ...[
    'ERROR',
    'error',
    'timeout',
    'TIMEOUT',
    'dead',
    'beef',
    'failed',
    'x',
    'ping',
    'WORKS',
    'kelvin',
    'ſtraße',
    '失败',
    'ü',
    '🙂',
  ],
  ...[
    ' ',
    ' ',
    '%',
    '_',
    '\\',
    "'",
    '"',
    '`',
    '.',
    '*',
    '+',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '|',
    '^',
    '$',
    '/',
    '\n',
    '\0',
    '=',
    ':',
    '-',
    '\t',
  ],
  ...[
    '4bf92f3577b34da6a3ce929d0e0e4736',
    '00f067aa0ba902b7',
    'a3ce929d0e0e4736',
    '77b34da6',
    '0',
    '42',
    '1234567',
    'ABCDEF0123456789',
    'deadbeefdeadbeefdeadbeef',
  ],
];
const TRACES = ['4bf92f3577b34da6a3ce929d0e0e4736', 'deadbeefdeadbeefdeadbeefdeadbeef', 'short'];
const SPANS = ['00f067aa0ba902b7', 'a3ce929d0e0e4736', 'x'];

const text = (max: number) => fc.array(fc.constantFrom(...PIECES), { maxLength: max }).map((pieces) => pieces.join(''));
const level = fc.constantFrom(...LOG_LEVELS);

const line: fc.Arbitrary<PlainLine> = fc.record({
  stream: fc.constantFrom(...STREAMS),
  tsNs: fc.constant(NOW_NS),
  body: text(12),
  level,
  traceId: fc.constantFrom('', ...TRACES),
  spanId: fc.constantFrom('', ...SPANS),
  metadata: fc.dictionary(
    fc.constantFrom('user', 'pod', 'detected_level', 'a.b'),
    text(2).filter((value) => value !== ''),
    { maxKeys: 3 },
  ),
});

/** Anything that is in a line somewhere, often cut through its middle. */
function part(lines: readonly PlainLine[]): fc.Arbitrary<string> {
  return fc.tuple(fc.nat({ max: lines.length - 1 }), fc.nat(), fc.nat({ max: 40 })).map(([i, from, length]) => {
    const points = [...String(lines[i]?.body)];
    const start = points.length === 0 ? 0 : from % points.length;
    return points.slice(start, start + length).join('');
  });
}

const PATTERNS = [
  'error|fail',
  '^ERROR',
  'd$',
  '.',
  '[0-9]{3,}',
  '\\d+\\s',
  '(?i)timeOUT',
  '\\bdead\\b',
  'E.*R',
  '^$',
  'a|',
  '失.',
  '\\x{1F642}',
  '[^a-z]+$',
  '(?m)^x',
  '\\.\\*',
  '(?s)E.*4',
];

function predicates(lines: readonly PlainLine[]): fc.Arbitrary<LogPredicate> {
  const needle = fc.oneof({ weight: 3, arbitrary: part(lines) }, text(3));
  const leaf: fc.Arbitrary<LogPredicate> = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('line' as const),
        op: fc.constant('contains' as const),
        text: needle,
        ignoreCase: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('line' as const),
        op: fc.constant('matches' as const),
        text: fc.constantFrom(...PATTERNS),
        ignoreCase: fc.boolean(),
      }),
    },
    fc.record({
      kind: fc.constant('metadata' as const),
      name: fc.constantFrom('user', 'pod', 'detected_level', 'a.b', "o'clock"),
      op: fc.constantFrom('=' as const, '!=' as const),
      value: fc.oneof(text(2), level, fc.constant('')),
    }),
    fc.record({
      kind: fc.constant('metadata' as const),
      name: fc.constantFrom('user', 'detected_level'),
      op: fc.constantFrom('=~' as const, '!~' as const),
      value: fc.constantFrom(...PATTERNS, '.*', '.+', 'error', ''),
    }),
    fc.record({ kind: fc.constant('level' as const), levels: fc.array(level, { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('trace' as const), id: fc.constantFrom('', ...TRACES, 'none') }),
    fc.record({ kind: fc.constant('span' as const), id: fc.constantFrom('', ...SPANS, 'none') }),
  );
  return fc.letrec<{ node: LogPredicate }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        parts: fc.array(tie('node'), { maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not' as const), part: tie('node') }),
    ),
  })).node;
}

describe('predicates', () => {
  let directory: string;
  let stores: Stores;
  let store: LogStore;
  const lines = fc
    .sample(line, { numRuns: 3000, seed: 7 })
    .map((one, i) => ({ ...one, tsNs: NOW_NS + BigInt((i * 1_999) % 3_000) * 1_200_000_000n }));
  const range = { startNs: NOW_NS, endNs: NOW_NS + 2n * SPAN_NS };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'petrel-predicates-'));
    stores = await openStores({ dataDir: directory, logger: silentLogger, instruments: noInstruments });
    store = await openLogStore({
      clickhouseUrl: stores.clickhouseUrl,
      logger: silentLogger,
      instruments: noInstruments,
      clock: { nowMs: () => Number(NOW_NS / 1_000_000n) },
      limits: { batchMs: 5 },
    });
    for (let i = 0; i < lines.length; i += 1000) await store.sink.write(batchOf(lines.slice(i, i + 1000)));
  });

  afterAll(async () => {
    await store.stop();
    await stores.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const ask = async (predicate: LogPredicate): Promise<string[]> => {
    const found = await readLines(
      store.select({ ...range, selectors: ALL, predicate, direction: 'forward', columns: ['line'] }),
    );
    return found.map(({ tsNs, body }) => `${tsNs} ${body}`);
  };
  const expected = (predicate: LogPredicate): string[] =>
    lines
      .filter((one) => satisfies(one, predicate))
      .sort((a, b) => (a.tsNs < b.tsNs ? -1 : 1))
      .map(({ tsNs, body }) => `${tsNs} ${body}`);

  const needles = new Set([
    ...PIECES,
    ...PIECES.map((piece) => [...piece].slice(1).join('')),
    ...PIECES.map((piece) => [...piece].slice(0, -1).join('')),
    '"4bf92f3577b34da6a3ce929d0e0e4736',
    'bf92f3577b34da6a3ce929d0e0e473',
    ' timeout ',
    'error failed',
  ]);
  it.each([...needles])('a line contains %j, or does not', async (piece) => {
    const predicate = { kind: 'line', op: 'contains', text: piece } as const;
    expect(await ask(predicate)).toEqual(expected(predicate));
    const not = { kind: 'not', part: predicate } as const;
    expect(await ask(not)).toEqual(expected(not));
    const folded = { ...predicate, ignoreCase: true };
    expect(await ask(folded)).toEqual(expected(folded));
  });

  it('find a word in very long ones, and in more different ones than the index cares to read', async () => {
    const stream = { service_name: 'words' };
    const letters = [...'ghijklmnopqrstuvwxyz'];
    const tokens = letters.flatMap((a) => letters.map((b) => `${a}${b}`));
    const special = [
      ...tokens.map((token, i) => `${token}MARK${token} ${i}`),
      `${'y'.repeat(200_000)}MARKz`,
      `${'k'.repeat(70_000)} MARK ${'4bf92f35'.repeat(9_000)}`,
      'no m_a_r_k here',
    ];
    const written = special.map((body, i): PlainLine => ({ stream, tsNs: NOW_NS + BigInt(i), body }));
    await store.sink.write(batchOf(written));
    const selectors = [[{ type: '=', name: 'service_name', value: 'words' } as const]];
    for (const needle of [
      'MARK',
      'MARKz',
      'kMARK',
      'gMARK',
      'yMARKz',
      'k MARK 4bf92f35',
      'hgMARKhg',
      '4bf92f354bf92f354bf92f35',
    ]) {
      const predicate = { kind: 'line', op: 'contains', text: needle } as const;
      const found = await readLines(store.select({ ...range, selectors, predicate, direction: 'forward' }));
      expect(found.map(({ body }) => body)).toEqual(special.filter((body) => body.includes(needle)));
      const not = { kind: 'not', part: predicate } as const;
      const others = await readLines(store.select({ ...range, selectors, predicate: not, direction: 'forward' }));
      expect(others).toHaveLength(special.length - found.length);
    }
  });

  it('of any shape find what their definition finds', async () => {
    await fc.assert(
      fc.asyncProperty(predicates(lines), async (predicate) => {
        expect(await ask(predicate)).toEqual(expected(predicate));
      }),
      { numRuns: 400 },
    );
  });

  it('count what they find, by any labels', async () => {
    const names = fc.uniqueArray(
      fc.constantFrom('service_name', 'pod', 'pod_extracted', 'env', 'user', 'detected_level', 'absent'),
    );
    const request = fc.record({
      predicate: predicates(lines),
      by: fc.option(names, { nil: undefined }),
      count: fc.constantFrom('lines' as const, 'bytes' as const),
      buckets: fc.integer({ min: 1, max: 50 }),
      bucketNs: fc.bigInt({ min: 1n, max: SPAN_NS }),
      offsetNs: fc.bigInt({ min: -SPAN_NS, max: SPAN_NS }),
      selectors: fc.constantFrom(
        ALL,
        [[{ type: '=', name: 'service_name', value: 'api' } as const]],
        [[{ type: '=', name: 'pod', value: 'a' } as const]],
      ),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ by, offsetNs, ...rest }) => {
        // Now and then exactly on a line, where left-open and right-closed differ.
        const startNs =
          offsetNs % 2n === 0n
            ? NOW_NS + offsetNs
            : (lines[Number(offsetNs < 0n ? -offsetNs : offsetNs) % lines.length] as PlainLine).tsNs;
        const asked = { ...rest, startNs, ...(by === undefined ? {} : { by }) };
        const got = await store.count(asked);
        const wanted = new Map<string, number[]>();
        for (const one of lines) {
          const [matcher] = asked.selectors.flat();
          if (matcher?.type === '=' && Labels.of(one.stream).get(matcher.name) !== matcher.value) continue;
          const bucket = (one.tsNs - startNs - 1n) / asked.bucketNs;
          if (one.tsNs <= startNs || bucket >= BigInt(asked.buckets) || !satisfies(one, asked.predicate)) continue;
          const all = countedLabels(one);
          const { key } = by === undefined ? all : all.keep(new Set(by));
          const counts = wanted.get(key) ?? new Array<number>(asked.buckets).fill(0);
          wanted.set(key, counts);
          counts[Number(bucket)] =
            (counts[Number(bucket)] as number) + (asked.count === 'lines' ? 1 : Buffer.byteLength(String(one.body)));
        }
        expect(new Map(got.map(({ labels, counts }) => [labels.key, [...counts]]))).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });
});

function countedLabels(one: PlainLine): Labels {
  const stream = Labels.of(one.stream);
  const extracted = Object.entries(one.metadata ?? {}).map(([name, value]): [string, string] => [
    stream.has(name) ? `${name}_extracted` : name,
    value,
  ]);
  const detected: [string, string][] =
    one.metadata?.detected_level === undefined ? [['detected_level', detectedLevel(one)]] : [];
  return Labels.from([...detected, ...stream, ...extracted]);
}
