import { send, sendAll } from '../load/send.ts';
import { encodeFleet, makeFleet } from '../load/series.ts';
import { cpuSeconds, median, settle } from '../measure.ts';
import type { Peer } from '../peers/peer.ts';
import type { Row } from '../report.ts';

const HALF = { ratio: 0.5 };
const INSTANT = { ratio: 1, plus: 3 };

const RANGE_QUERIES = [
  'sum by (job) (rate(x[5m]))',
  'rate(x[5m])',
  'quantile_over_time(0.9, x{job="a"}[10m])',
  'topk(5, rate(x[5m]))',
];
const INSTANT_QUERIES = ['x{le="77"}', 'sum by (code) (rate(x[5m]))'];

export interface QuerySuiteOptions {
  readonly series: number;
  readonly hours: number;
  readonly runs: number;
}

/** The same samples into every peer, then the same queries over HTTP, one peer after the other within each repetition. */
export async function runQueries(peers: readonly Peer[], options: QuerySuiteOptions): Promise<readonly Row[]> {
  const stepMs = 15_000;
  const scrapes = (options.hours * 3_600_000) / stepMs;
  const endMs = Math.floor(Date.now() / 60_000) * 60_000;
  const startMs = endMs - scrapes * stepMs;
  const loading: Row = { suite: 'queries', what: 'CPU to catch up, a million samples', unit: 's', values: {} };
  for (const peer of peers) {
    const before = cpuSeconds(peer.pid);
    const schedule = { startMs, stepMs, scrapes, seriesPerRequest: options.series / 10, scrapesPerRequest: 10 };
    const samples = await sendAll(peer.writeUrl, encodeFleet(makeFleet('x', options.series), schedule));
    await settle(peer.pid, 60_000);
    loading.values[peer.name] = ((cpuSeconds(peer.pid) - before) / samples) * 1e6;
    console.log(`  ${peer.name}: ${samples} samples, ${loading.values[peer.name]?.toFixed(2)} CPU s a million`);
  }
  const range = { start: startMs + 600_000, end: endMs - stepMs };
  const rows: Row[] = [loading];
  for (const query of RANGE_QUERIES) {
    const path = `/query_range?${new URLSearchParams({ query, start: String(range.start / 1000), end: String(range.end / 1000), step: '60' })}`;
    rows.push(await compare(peers, { path, what: query, runs: options.runs, target: HALF }));
  }
  for (const query of INSTANT_QUERIES) {
    const path = `/query?${new URLSearchParams({ query, time: String(range.end / 1000) })}`;
    rows.push(await compare(peers, { path, what: `instant ${query}`, runs: options.runs * 3, target: INSTANT }));
  }
  return rows;
}

async function compare(
  peers: readonly Peer[],
  query: {
    readonly path: string;
    readonly what: string;
    readonly runs: number;
    readonly target: NonNullable<Row['target']>;
  },
): Promise<Row> {
  const times = new Map(peers.map((peer) => [peer.name, [] as number[]]));
  const row: Row = { suite: 'queries', what: query.what, unit: 'ms', values: {}, target: query.target };
  for (let run = -2; run < query.runs; run++) {
    for (const peer of peers) {
      const answer = await send(`${peer.apiUrl}${query.path}`, {});
      if (answer.status !== 200) throw new Error(`${peer.name}: ${query.what}: ${answer.status} ${answer.text}`);
      if (run >= 0) times.get(peer.name)?.push(answer.elapsedMs);
      else if (run === -2)
        console.log(`  ${peer.name}: first ${query.what}: ${answer.elapsedMs.toFixed(0)} ms, ${answer.bytes} bytes`);
    }
  }
  for (const [name, list] of times) row.values[name] = median(list);
  return row;
}
