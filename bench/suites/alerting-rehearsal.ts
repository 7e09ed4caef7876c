import { resolve } from 'node:path';
import { Labels, noInstruments, silentLogger } from '@petrel/model';
import { openStores } from '@petrel/store/embedded/index.ts';
import { encodeRemoteWrite1, encodeSnappy, type RemoteWriteSeries } from '@petrel/wire';
import { send, sendAll } from '../load/send.ts';
import { startPeer } from '../peers/peer.ts';
import type { Row } from '../report.ts';

const STEP_MS = 30_000;
const DAY_MS = 86_400_000;
/** A rehearsal begins an hour before its time. */
const WARM_UP_MS = 2 * 3_600_000;
const LIMIT_S = 30;

export interface RehearsalSize {
  readonly rehearsedRules: number;
  readonly rehearsedSeries: number;
  readonly rehearsedDays: number;
}

/** Rules over days of stored series (gauges, a sample every 30 s), evaluated every 30 s, routed and grouped: the time that the API takes. */
export async function runRehearsal(size: RehearsalSize): Promise<Row> {
  const endMs = Math.floor(Date.now() / STEP_MS) * STEP_MS;
  const startMs = endMs - size.rehearsedDays * DAY_MS;
  const folder = await storedDays(size, startMs - WARM_UP_MS, endMs);
  const peer = await startPeer('petrel', { folder });
  try {
    const body = JSON.stringify({
      rules: [{ name: 'rules.yml', text: rulesOf(size.rehearsedRules) }],
      routing: { name: 'alertmanager.yml', text: ROUTING },
      from: new Date(startMs).toISOString(),
      to: new Date(endMs).toISOString(),
    });
    const answer = await send(`${peer.apiUrl}/petrel/rehearse`, {
      body: Buffer.from(body),
      headers: { 'content-type': 'application/json' },
      keepText: true,
    });
    const last = JSON.parse(answer.text.trimEnd().split('\n').at(-1) ?? '') as LastEvent;
    if (answer.status !== 200 || last.event !== 'result')
      throw new Error(`the rehearsal failed: ${JSON.stringify(last)}`);
    const { alerts, notifications } = last.result.proposed;
    if (alerts === 0 || notifications.length === 0) throw new Error('the rehearsal found nothing');
    console.log(
      `  petrel: ${alerts} alerts, ${notifications.length} notifications in ${(answer.elapsedMs / 1000).toFixed(1)} s`,
    );
    return {
      suite: 'alerting',
      what: `rehearsal of ${size.rehearsedRules} rules over ${size.rehearsedDays} days of ${size.rehearsedSeries} series`,
      unit: 's',
      values: { petrel: answer.elapsedMs / 1000 },
      target: { below: LIMIT_S },
    };
  } finally {
    await peer.stop();
  }
}

interface LastEvent {
  readonly event: string;
  readonly result: { readonly proposed: { readonly alerts: number; readonly notifications: readonly unknown[] } };
}

const ROUTING = `route: { receiver: pager, group_by: [alertname], group_wait: 30s, group_interval: 5m, repeat_interval: 4h }
receivers: [{ name: pager, webhook_configs: [{ url: 'http://127.0.0.1:1/' }] }]
`;

function rulesOf(count: number): string {
  const rules = Array.from({ length: count }, (_, i) => ({
    alert: `High${i}`,
    expr: `avg_over_time(stored_${i}[5m]) > 92`,
    for: '5m',
    labels: { severity: 'page' },
    annotations: { summary: '{{ $labels.instance }} is at {{ $value | humanize }}' },
  }));
  return JSON.stringify({ groups: [{ name: 'stored', interval: '30s', rules }] });
}

/** A data folder with the samples, and nobody in it. */
async function storedDays(size: RehearsalSize, fromMs: number, toMs: number): Promise<string> {
  const peer = await startPeer('petrel', { keep: true });
  try {
    // The server itself makes the series known, one sample of each on each day; between the steps of what is filled in.
    for (let ms = fromMs + 1_000; ms < toMs + DAY_MS; ms += DAY_MS)
      await sendAll(peer.writeUrl, [encodeOne(size, Math.min(ms, toMs - 1_000))]);
  } finally {
    await peer.stop();
  }
  const begin = performance.now();
  const stores = await openStores({
    dataDir: `${peer.folder}/data`,
    logger: silentLogger,
    instruments: noInstruments,
    clickhouseEntry: resolve('apps/server/dist/clickhouse-server.js'),
  });
  try {
    for (let ms = fromMs; ms < toMs; ms += DAY_MS) await fill(stores.clickhouseUrl, ms, Math.min(ms + DAY_MS, toMs));
  } finally {
    await stores.stop();
  }
  console.log(`  stored in ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  return peer.folder;
}

function encodeOne(size: RehearsalSize, tMs: number): { readonly body: Uint8Array; readonly samples: number }[] {
  const requests = [];
  for (let from = 0; from < size.rehearsedSeries; from += 5_000) {
    const count = Math.min(5_000, size.rehearsedSeries - from);
    const series = Array.from({ length: count }, (_, i): RemoteWriteSeries => {
      const number = from + i;
      const labels = Labels.of({
        __name__: `stored_${number % size.rehearsedRules}`,
        job: `job-${number % 7}`,
        instance: `10.1.${number >> 8}.${number & 255}:9100`,
      });
      return { labels, timestampsMs: Float64Array.of(tMs), values: Float64Array.of(50), from: 0, to: 1 };
    });
    requests.push({ body: encodeSnappy(encodeRemoteWrite1(series)), samples: count });
  }
  return requests;
}

/** Every series that is known gets a sample every 30 s: noise on a wave of a day or so, of which each tenth series rises too high. */
async function fill(clickhouseUrl: string, fromMs: number, toMs: number): Promise<void> {
  const { origin, username, password } = new URL(clickhouseUrl);
  const steps = Math.ceil((toMs - fromMs) / STEP_MS);
  const sql = `INSERT INTO petrel.samples (metric, series, ts, value)
    SELECT metric, series, fromUnixTimestamp64Milli(toInt64(${fromMs}) + toInt64(number) * ${STEP_MS}, 'UTC'),
      round(50 + (30 + 20 * (series % 10 = 0)) * sin((${fromMs} / ${STEP_MS} + number) / (300 + series % 1000)) + 5 * randNormal(0, 1), 2)
    FROM (SELECT DISTINCT metric, series FROM petrel.series ORDER BY metric, series) AS s CROSS JOIN numbers(${steps}) AS n
    SETTINGS max_insert_threads = 1, min_insert_block_size_rows = 4000000, max_execution_time = 0`;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const answer = await send(`${origin}/`, { body: Buffer.from(sql), headers: { authorization }, keepText: true });
  if (answer.status !== 200) throw new Error(answer.text);
}
