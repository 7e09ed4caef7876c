import type {
  LogFieldsAnswer,
  LogFieldView,
  LogHistogramAnswer,
  LogLanguage,
  LogLinesAnswer,
  LogLineView,
  LogPatternsAnswer,
} from '@petrel/api/contract/logs.ts';
import { LOG_LEVELS } from '@petrel/model';
import type { FixtureLine } from './fixture-lines.test-support.ts';
import { evaluateMetric } from './fixture-metric.test-support.ts';
import { compileLines } from './fixture-query.test-support.ts';
import { contentOf } from './lines/line-content.ts';

const ROUND_MS = [
  100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000,
  7_200_000, 21_600_000, 86_400_000,
];

interface Found {
  readonly lines: readonly FixtureLine[];
  readonly fromNs: bigint;
  readonly toNs: bigint;
}

/** Answers of the endpoints that the page asks, computed from the lines; undefined for any other. */
export function answerLogs(path: string, search: URLSearchParams, lines: readonly FixtureLine[]): unknown {
  switch (path) {
    case '/api/v1/petrel/logs/query':
      return linesAnswer(find(search, lines), search);
    case '/api/v1/petrel/logs/histogram':
      return histogramAnswer(find(search, lines), Number(search.get('buckets') ?? '60'));
    case '/api/v1/petrel/logs/fields':
      return fieldsAnswer(find(search, lines));
    case '/api/v1/petrel/logs/patterns':
      return patternsAnswer(find(search, lines), Number(search.get('buckets') ?? '30'));
    case '/loki/api/v1/labels':
      return [...new Set(lines.flatMap((line) => Object.keys(line.stream)))].sort();
    case '/loki/api/v1/query':
      return instantAnswer(search, lines);
    case '/loki/api/v1/query_range':
      return rangeAnswer(search, lines);
  }
  const values = /^\/loki\/api\/v1\/label\/([^/]+)\/values$/.exec(path);
  if (values === null) return undefined;
  return [...new Set(lines.flatMap((line) => line.stream[values[1] as string] ?? []))].sort();
}

/** The view that the API gives of a line. */
export function toView(line: FixtureLine, parsed: Readonly<Record<string, string>>): LogLineView {
  const { ms: _ms, template: _template, ...view } = line;
  return { ...view, parsed };
}

function find(search: URLSearchParams, lines: readonly FixtureLine[]): Found {
  const language = (search.get('language') ?? 'logql') as LogLanguage;
  const test = compileLines(search.get('query') ?? '', language);
  const fromNs = BigInt(search.get('start') ?? '0');
  const toNs = BigInt(search.get('end') ?? '0');
  const found = lines.flatMap((line) => {
    const at = BigInt(line.tsNs);
    const passed = at >= fromNs && at < toNs ? test(line) : undefined;
    return passed === undefined ? [] : [{ ...line, parsed: passed.parsed }];
  });
  return { lines: found, fromNs, toNs };
}

function linesAnswer(found: Found, search: URLSearchParams): LogLinesAnswer {
  const limit = Number(search.get('limit') ?? '100');
  const ordered = search.get('direction') === 'forward' ? found.lines : [...found.lines].reverse();
  const shown = ordered.slice(0, limit);
  return {
    lines: shown.map((line) => toView(line, line.parsed)),
    more: ordered.length > shown.length,
    stats: { linesRead: found.lines.length, bytesRead: found.lines.length * 200, elapsedMs: 3 },
  };
}

function bucketsOf(
  found: Found,
  wanted: number,
): { readonly startMs: number; readonly bucketMs: number; readonly buckets: number } {
  const fromMs = Number(found.fromNs / 1_000_000n);
  const toMs = Number(found.toNs / 1_000_000n);
  const bucketMs = ROUND_MS.find((ms) => (toMs - fromMs) / ms <= wanted - 1) ?? 86_400_000;
  const startMs = Math.floor(fromMs / bucketMs) * bucketMs;
  return { startMs, bucketMs, buckets: Math.ceil((toMs - startMs) / bucketMs) };
}

function histogramAnswer(found: Found, wanted: number): LogHistogramAnswer {
  const grid = bucketsOf(found, wanted);
  const levels = LOG_LEVELS.map((level) => ({
    level,
    counts: countsOf(
      found.lines.filter((line) => line.level === level),
      grid,
    ),
  }));
  return {
    ...grid,
    levels: levels.filter(({ counts }) => counts.some((count) => count > 0)),
    total: found.lines.length,
    complete: true,
  };
}

function countsOf(lines: readonly FixtureLine[], grid: ReturnType<typeof bucketsOf>): number[] {
  const counts = new Array<number>(grid.buckets).fill(0);
  for (const line of lines) {
    const k = Math.floor((line.ms - grid.startMs) / grid.bucketMs);
    counts[k] = (counts[k] ?? 0) + 1;
  }
  return counts;
}

function fieldsAnswer(found: Found): LogFieldsAnswer {
  const sample = found.lines.slice(-2000);
  const fields = new Map<string, { from: LogFieldView['from']; name: string; values: string[] }>();
  const add = (from: LogFieldView['from'], name: string, value: string): void => {
    const key = `${from} ${name}`;
    const field = fields.get(key) ?? { from, name, values: [] };
    field.values.push(value);
    fields.set(key, field);
  };
  for (const line of sample) {
    for (const [name, value] of Object.entries(line.stream)) add('stream', name, value);
    for (const [name, value] of Object.entries(line.metadata)) add('metadata', name, value);
    for (const { name, value } of contentOf(line).fields) add('line', name, value);
  }
  const views = [...fields.values()].map(({ from, name, values }): LogFieldView => {
    const counts = new Map<string, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    const numbers = values.map(Number);
    const numeric = numbers.every((value) => !Number.isNaN(value));
    const top = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 10);
    return {
      name,
      from,
      type: numeric ? 'number' : 'string',
      count: values.length,
      distinct: counts.size,
      top: top.map(([value, count]) => ({ value, count })),
      ...(numeric
        ? {
            range: {
              min: Math.min(...numbers),
              max: Math.max(...numbers),
              average: numbers.reduce((a, b) => a + b, 0) / numbers.length,
            },
          }
        : {}),
    };
  });
  return { sampled: sample.length, fields: views.sort((a, b) => b.count - a.count) };
}

function patternsAnswer(found: Found, wanted: number): LogPatternsAnswer {
  const grid = bucketsOf(found, wanted);
  const templates = [...new Set(found.lines.map((line) => line.template))];
  const patterns = templates.map((pattern) => {
    const own = found.lines.filter((line) => line.template === pattern);
    return {
      pattern,
      level: own[0]?.level ?? 'unknown',
      count: own.length,
      counts: countsOf(own, grid),
      example: own[0]?.line ?? '',
    };
  });
  return {
    startMs: grid.startMs,
    bucketMs: grid.bucketMs,
    sampled: found.lines.length,
    patterns: patterns.sort((a, b) => b.count - a.count),
  };
}

function instantAnswer(search: URLSearchParams, lines: readonly FixtureLine[]): unknown {
  const ms = Number(BigInt(search.get('time') ?? '0') / 1_000_000n);
  const result = evaluateMetric(search.get('query') ?? '', lines, [ms]);
  return {
    resultType: 'vector',
    result: result.map(({ metric, values }) => ({ metric, value: [ms / 1000, String(values[0])] })),
  };
}

function rangeAnswer(search: URLSearchParams, lines: readonly FixtureLine[]): unknown {
  const fromMs = Number(BigInt(search.get('start') ?? '0') / 1_000_000n);
  const toMs = Number(BigInt(search.get('end') ?? '0') / 1_000_000n);
  const stepMs = Number(search.get('step')) * 1000;
  const times = Array.from({ length: Math.floor((toMs - fromMs) / stepMs) + 1 }, (_, k) => fromMs + k * stepMs);
  const result = evaluateMetric(search.get('query') ?? '', lines, times);
  return {
    resultType: 'matrix',
    result: result.map(({ metric, values }) => ({
      metric,
      values: values.map((value, k) => [(times[k] ?? 0) / 1000, String(value)]),
    })),
  };
}
