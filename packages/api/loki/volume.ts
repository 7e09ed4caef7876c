import { compareStrings, type Labels, type Matcher, PetrelError } from '@petrel/model';
import type { LogCountRequest, LogCountSeries, LogSource } from '@petrel/query/logql/index.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { closeSignal } from '../prometheus/close-signal.ts';
import { sendJson, sendSuccess } from './answer.ts';
import { LokiParams, type NsRange } from './loki-params.ts';
import type { LogsApiPorts } from './port.ts';
import { queryStats } from './render/query-stats.ts';
import { msOfNs } from './times.ts';

const MAX_BUCKETS = 11_000;

/** `index/stats`, `index/volume` and `index/volume_range`: how much there is, before anything is read. */
export function registerVolume(app: FastifyInstance, ports: LogsApiPorts): void {
  const both = (url: string, handler: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>) =>
    app.route({ method: ['GET', 'POST'], url, handler });
  both('/index/stats', async (request, reply) => {
    const params = LokiParams.of(request, ports.nowMs());
    const range = { ...params.orderedRange(), signal: closeSignal(request, reply) };
    const { streams, chunks, bytes, entries } = await ports.source.stats([params.matchers()], range);
    return sendJson(reply, { streams, chunks, bytes, entries });
  });
  both('/index/volume', async (request, reply) => {
    const params = LokiParams.of(request, ports.nowMs());
    const range = params.orderedRange();
    const rows = await volumes(params, { range, bucketNs: range.endNs - range.startNs }, request, reply, ports);
    const timeS = msOfNs(range.endNs) / 1000;
    const result = rows.map(({ labels, total }) => ({ metric: labels, value: [timeS, `${total}`] }));
    return sendSuccess(reply, { resultType: 'vector', result, stats: noStats() });
  });
  both('/index/volume_range', async (request, reply) => {
    const params = LokiParams.of(request, ports.nowMs());
    const range = params.orderedRange();
    const bucketNs = BigInt(params.stepMs(range)) * 1_000_000n;
    const rows = await volumes(params, { range, bucketNs }, request, reply, ports);
    const result = rows.map(({ labels, counts }) => ({
      metric: labels,
      values: [...counts].flatMap((bytes, k) => {
        const timeS = msOfNs(range.startNs + bucketNs * BigInt(k + 1)) / 1000;
        return bytes === 0 ? [] : [[timeS, `${bytes}`] as const];
      }),
    }));
    return sendSuccess(reply, { resultType: 'matrix', result, stats: noStats() });
  });
}

interface Volume {
  readonly labels: Readonly<Record<string, string>>;
  readonly counts: Float64Array;
  readonly total: number;
}

/** Largest first, at most as many as the request wants. */
async function volumes(
  params: LokiParams,
  { range, bucketNs }: { readonly range: NsRange; readonly bucketNs: bigint },
  request: FastifyRequest,
  reply: FastifyReply,
  { source }: LogsApiPorts,
): Promise<readonly Volume[]> {
  const matchers = params.matchers();
  const limit = params.limit();
  const byLabel = aggregatesLabels(params.get('aggregateBy'));
  const targets = params
    .get('targetLabels')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const signal = closeSignal(request, reply);
  const span = range.endNs - range.startNs;
  if (span <= 0n) return [];
  const buckets = Number((span + bucketNs - 1n) / bucketNs);
  if (buckets > MAX_BUCKETS) {
    throw new PetrelError(
      'BAD_REQUEST',
      'exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter',
    );
  }
  const allNames = async () => source.labelNames([matchers], { ...range, signal });
  const by = targets.length > 0 ? targets : byLabel || matchers.length === 0 ? await allNames() : namesOf(matchers);
  // A bucket is open on the left, a range on the right.
  const count = { selectors: [matchers], startNs: range.startNs - 1n, bucketNs, buckets, count: 'bytes', by } as const;
  const series = await countBytes(source, { ...count, signal });
  const rows = byLabel
    ? labelVolumes(series, buckets)
    : series.map(({ labels, counts }) => volumeOf(labels.toObject(), counts));
  return rows
    .filter(({ labels, total }) => total > 0 && Object.keys(labels).length > 0)
    .sort((a, b) => b.total - a.total || compareStrings(nameOf(a), nameOf(b)))
    .slice(0, limit);
}

function aggregatesLabels(text: string): boolean {
  if (text === '' || text === 'series') return false;
  if (text === 'labels') return true;
  throw new PetrelError('BAD_REQUEST', `invalid aggregation option`);
}

function namesOf(matchers: readonly Matcher[]): readonly string[] {
  return [...new Set(matchers.map(({ name }) => name))];
}

/** For each label the bytes of the streams that have it. */
function labelVolumes(series: readonly LogCountSeries[], buckets: number): readonly Volume[] {
  const byName = new Map<string, Float64Array>();
  for (const { labels, counts } of series) {
    for (const [name] of labels) {
      const sums = byName.get(name) ?? new Float64Array(buckets);
      byName.set(name, sums);
      for (let k = 0; k < buckets; k++) sums[k] = (sums[k] as number) + (counts[k] as number);
    }
  }
  return [...byName].map(([name, counts]) => volumeOf({ [name]: '' }, counts));
}

function volumeOf(labels: Readonly<Record<string, string>>, counts: Float64Array): Volume {
  return { labels, counts, total: counts.reduce((sum, bytes) => sum + bytes, 0) };
}

function nameOf({ labels }: Volume): string {
  return JSON.stringify(labels);
}

/** By the source's own counting, or by reading where it declines. */
async function countBytes(source: LogSource, request: LogCountRequest): Promise<readonly LogCountSeries[]> {
  return (await source.count?.(request)) ?? readBytes(source, request);
}

async function readBytes(source: LogSource, request: LogCountRequest): Promise<readonly LogCountSeries[]> {
  const { selectors, startNs, bucketNs, buckets, by, signal } = request;
  const names = new Set(by);
  const found = new Map<string, { labels: Labels; counts: Float64Array }>();
  const blocks = source.select({
    selectors,
    startNs: startNs + 1n,
    endNs: startNs + 1n + bucketNs * BigInt(buckets),
    direction: 'forward',
    columns: ['line'],
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const block of blocks) {
    for (let i = 0; i < block.length; i++) {
      const labels = (block.streams[block.streamOf[i] as number] as Labels).keep(names);
      const row = found.get(labels.key) ?? { labels, counts: new Float64Array(buckets) };
      found.set(labels.key, row);
      const bucket = Number(((block.timestampsNs[i] as bigint) - startNs - 1n) / bucketNs);
      row.counts[bucket] = (row.counts[bucket] as number) + Buffer.byteLength(block.line(i));
    }
  }
  return [...found.values()];
}

function noStats(): object {
  return queryStats({ linesRead: 0, bytesRead: 0, elapsedMs: 0, returned: 0 });
}
