import { sendAll } from '../load/send.ts';
import { encodeFleet, makeFleet } from '../load/series.ts';
import { cpuSeconds, settle } from '../measure.ts';
import type { PeerName } from '../peers/peer.ts';
import { startPeer } from '../peers/peer.ts';
import type { Row } from '../report.ts';

/** Live remote write: one sample of each series in a request, every series known since the warm-up; merges included. */
export async function runIngest(
  names: readonly PeerName[],
  options: { readonly series: number; readonly scrapes: number },
): Promise<readonly Row[]> {
  const row: Row = {
    suite: 'ingest',
    what: 'CPU for a million remote-write samples',
    unit: 's',
    values: {},
    target: { ratio: 1 },
  };
  const stepMs = 15_000;
  for (const name of names) {
    const peer = await startPeer(name);
    try {
      const fleet = makeFleet('x', options.series);
      const startMs = Date.now() - (options.scrapes + 2) * stepMs;
      const shape = { stepMs, seriesPerRequest: 2000 };
      await sendAll(peer.writeUrl, encodeFleet(fleet, { ...shape, startMs, scrapes: 2 }));
      await settle(peer.pid, 20_000);
      const before = cpuSeconds(peer.pid);
      const live = { ...shape, startMs: startMs + 2 * stepMs, scrapes: options.scrapes };
      const samples = await sendAll(peer.writeUrl, encodeFleet(fleet, live));
      await settle(peer.pid, 60_000);
      row.values[name] = ((cpuSeconds(peer.pid) - before) / samples) * 1e6;
      console.log(`  ${name}: ${samples} samples, ${row.values[name]?.toFixed(2)} CPU s a million`);
    } finally {
      await peer.stop();
    }
  }
  return [row];
}
