import type { Labels } from '@petrel/model';
import { type ClassicHistogram, fromClassic } from '@petrel/query/promql/histogram/index.ts';
import type { MemorySample, MemorySource } from '@petrel/query/promql/memory/memory-source.ts';
import { parseNumber } from '@petrel/query/promql/parse/index.ts';
import type { LoadCommand, LoadedSeries } from './script.ts';

/** Puts a load block's samples into the source: value i at i · step. */
export function load(source: MemorySource, command: LoadCommand): void {
  for (const series of command.series) source.write(series.labels, samplesOf(series, command.stepMs));
  if (command.withNhcb) for (const { labels, samples } of customBucketSeries(command)) source.write(labels, samples);
}

function samplesOf({ values, startOffsetsMs }: LoadedSeries, stepMs: number): MemorySample[] {
  const out: MemorySample[] = [];
  values.forEach((value, i) => {
    if (value.kind === 'gap') return;
    const tMs = i * stepMs;
    const offset = startOffsetsMs?.[i];
    const start = offset === undefined ? {} : { startTMs: tMs + offset };
    if (value.kind === 'stale') out.push({ tMs, stale: true, ...start });
    else if (value.kind === 'float') out.push({ tMs, value: value.value, ...start });
    else out.push({ tMs, histogram: value.histogram, ...start });
  });
  return out;
}

interface Parts {
  buckets: { le: number; count: number }[];
  count?: number;
  sum?: number;
}

interface ClassicSeries {
  readonly labels: Labels;
  readonly byTime: Map<number, Parts>;
}

/** For each classic histogram of the block, the native one under its base name. */
function customBucketSeries({ series, stepMs }: LoadCommand): { labels: Labels; samples: MemorySample[] }[] {
  const classics = new Map<string, ClassicSeries>();
  for (const loaded of series) {
    const part = partOf(loaded.labels);
    if (part === undefined) continue;
    let classic = classics.get(part.labels.key);
    if (classic === undefined) {
      classic = { labels: part.labels, byTime: new Map() };
      classics.set(part.labels.key, classic);
    }
    for (const { tMs, value, stale } of samplesOf(loaded, stepMs)) {
      if (value === undefined || stale === true) continue;
      const at: Parts = classic.byTime.get(tMs) ?? { buckets: [] };
      classic.byTime.set(tMs, at);
      if (part.suffix === 'bucket') at.buckets.push({ le: part.le, count: value });
      else at[part.suffix] = value;
    }
  }
  return [...classics.values()].map(({ labels, byTime }) => ({
    labels,
    samples: [...byTime].flatMap(([tMs, parts]) => {
      // A count or a sum alone may as well be a summary's.
      if (parts.buckets.length === 0) return [];
      const histogram = fromClassic(parts as ClassicHistogram);
      return histogram === undefined ? [] : [{ tMs, histogram }];
    }),
  }));
}

function partOf(labels: Labels): { labels: Labels; suffix: 'bucket' | 'count' | 'sum'; le: number } | undefined {
  const match = /^(.+)_(bucket|count|sum)$/.exec(labels.metric);
  if (match === null) return undefined;
  const suffix = match[2] as 'bucket' | 'count' | 'sum';
  let le = Number.NaN;
  if (suffix === 'bucket') {
    const text = labels.get('le');
    const parsed = parseNumber(text.replace(/^[+-]/, ''));
    if ('error' in parsed || text === '') return undefined;
    le = text.startsWith('-') ? -parsed.value : parsed.value;
  }
  return { labels: labels.with('le', '').with('__name__', match[1] as string), suffix, le };
}
