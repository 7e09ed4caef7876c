import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Labels } from '@petrel/model';
import type { RemoteWriteSeries } from '@petrel/wire';
import { createExpositionParser, encodeRemoteWrite1, encodeSnappy } from '@petrel/wire';
import { send, sendAll } from '../load/send.ts';
import type { EncodedRequest } from '../load/series.ts';
import { diskBytes, settle, settleDisk, sleep } from '../measure.ts';
import type { PeerName } from '../peers/peer.ts';
import { startPeer } from '../peers/peer.ts';
import type { Row } from '../report.ts';

const NODE_EXPORTER = '/usr/bin/prometheus-node-exporter';

/** One scrape: the series and their values. */
interface Scrape {
  readonly labels: readonly Labels[];
  readonly values: Float64Array;
}

/** Real node-exporter pages, replayed as if scraped every 15 s by several instances; bytes a sample after all merges. */
export async function runDisk(
  names: readonly PeerName[],
  options: { readonly scrapes: number; readonly everyMs: number; readonly instances: number },
): Promise<readonly Row[]> {
  if (!existsSync(NODE_EXPORTER)) {
    console.log('  prometheus-node-exporter is not installed: the disk suite is left out');
    return [];
  }
  const scrapes = await capture(options.scrapes, options.everyMs);
  const row: Row = {
    suite: 'disk',
    what: 'disk for a node-exporter sample',
    unit: 'bytes',
    values: {},
    target: { ratio: 1 },
  };
  for (const name of names) {
    const peer = await startPeer(name);
    try {
      const before = diskBytes(peer.dataDir);
      const samples = await sendAll(peer.writeUrl, replay(scrapes, options.instances));
      await settle(peer.pid, 20_000);
      await peer.compact();
      await settle(peer.pid, 90_000);
      const after =
        name === 'prometheus'
          ? diskBytes(join(peer.dataDir, 'snapshots'))
          : (await settleDisk(peer.dataDir, 400_000)) - before;
      row.values[name] = after / samples;
      console.log(`  ${name}: ${samples} samples, ${after} bytes, ${row.values[name]?.toFixed(2)} bytes a sample`);
    } finally {
      await peer.stop();
    }
  }
  return [row];
}

async function capture(count: number, everyMs: number): Promise<readonly Scrape[]> {
  const address = '127.0.0.1:19117';
  const child = spawn(NODE_EXPORTER, [`--web.listen-address=${address}`], { stdio: 'ignore' });
  try {
    await sleep(1000);
    const scrapes: Scrape[] = [];
    for (let k = 0; k < count; k++) {
      const begin = Date.now();
      const answer = await send(`http://${address}/metrics`, { keepText: true });
      scrapes.push(parse(Buffer.from(answer.text)));
      await sleep(Math.max(0, everyMs - (Date.now() - begin)));
    }
    return scrapes;
  } finally {
    child.kill('SIGTERM');
  }
}

function parse(body: Uint8Array): Scrape {
  const parser = createExpositionParser(body, 'text');
  const labels: Labels[] = [];
  const values: number[] = [];
  for (let entry = parser.next(); entry !== 'eof'; entry = parser.next()) {
    if (entry !== 'series') continue;
    labels.push(parser.labels());
    values.push(parser.value);
  }
  return { labels, values: Float64Array.from(values) };
}

function* replay(scrapes: readonly Scrape[], instances: number): Generator<readonly EncodedRequest[]> {
  const stepMs = 15_000;
  const startMs = Math.floor(Date.now() / 60_000) * 60_000 - scrapes.length * stepMs;
  for (let k = 0; k < scrapes.length; k++) {
    const round: EncodedRequest[] = [];
    for (let instance = 0; instance < instances; instance++) {
      // Instances run through the same pages from different starts, so that their values differ.
      const { labels, values } = scrapes[(k + instance * 7) % scrapes.length] as Scrape;
      const tsMs = new Float64Array(values.length).fill(startMs + k * stepMs + instance * 31);
      const series: RemoteWriteSeries[] = labels.map((one, i) => ({
        labels: one.with('instance', `host-${instance}:9100`).with('job', 'node'),
        timestampsMs: tsMs,
        values,
        from: i,
        to: i + 1,
      }));
      round.push({ body: encodeSnappy(encodeRemoteWrite1(series)), samples: series.length });
    }
    yield round;
  }
}
