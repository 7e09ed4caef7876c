import { sendAll } from '../load/send.ts';
import { encodeFleet, makeFleet } from '../load/series.ts';
import { cpuSeconds, memoryBytes, settle } from '../measure.ts';
import type { PeerName } from '../peers/peer.ts';
import { startPeer } from '../peers/peer.ts';
import type { Row } from '../report.ts';

/** Three scrapes of many series into a fresh server: memory that active series take, and the price of registering them. */
export async function runMemory(names: readonly PeerName[], seriesCount: number): Promise<readonly Row[]> {
  const millions = seriesCount / 1e6;
  const memory: Row = {
    suite: 'memory',
    what: `resident memory with ${millions} million active series`,
    unit: 'MB',
    values: {},
    target: { ratio: 0.5 },
  };
  const cpu: Row = { suite: 'memory', what: 'CPU for these first samples, a million', unit: 's', values: {} };
  for (const name of names) {
    const peer = await startPeer(name);
    try {
      const fleet = makeFleet('active', seriesCount);
      const before = cpuSeconds(peer.pid);
      const schedule = { startMs: Date.now() - 45_000, stepMs: 15_000, scrapes: 3, seriesPerRequest: 5000 };
      const samples = await sendAll(peer.writeUrl, encodeFleet(fleet, schedule));
      await settle(peer.pid, 60_000);
      memory.values[name] = memoryBytes(peer.pid) / 1e6;
      cpu.values[name] = ((cpuSeconds(peer.pid) - before) / samples) * 1e6;
      console.log(`  ${name}: ${memory.values[name]?.toFixed(0)} MB, ${cpu.values[name]?.toFixed(2)} CPU s a million`);
    } finally {
      await peer.stop();
    }
  }
  return [memory, cpu];
}
