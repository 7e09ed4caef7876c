import { encodeLokiPush, encodeSnappy } from '@petrel/wire';
import { WebSocket } from 'ws';
import { send } from '../load/send.ts';
import { sleep } from '../measure.ts';
import type { Peer } from '../peers/peer.ts';

/** Pushes lines one by one, each some time after the one before, and takes the time from the push until the tail shows it. */
export async function measureTail(peer: Peer, lines: number): Promise<readonly number[]> {
  const query = '{job="tail"}';
  const socket = new WebSocket(`${peer.url.replace('http', 'ws')}/loki/api/v1/tail?${new URLSearchParams({ query })}`);
  const seen = new Map<string, (ms: number) => void>();
  socket.on('message', (data) => {
    const { streams = [] } = JSON.parse(String(data)) as { streams?: { values: [string, string][] }[] };
    for (const { values } of streams) for (const [, line] of values) seen.get(line)?.(performance.now());
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const times: number[] = [];
  try {
    for (let i = 0; i < lines; i++) {
      const line = `line ${i}`;
      const shown = new Promise<number>((resolve, reject) => {
        seen.set(line, resolve);
        setTimeout(() => reject(new Error(`the tail did not show "${line}" within 10 s`)), 10_000).unref();
      });
      const begin = performance.now();
      const entries = [{ tsNs: BigInt(Date.now()) * 1_000_000n, line }];
      await send(peer.pushUrl, {
        body: encodeSnappy(encodeLokiPush([{ labels: query, entries }])),
        headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
      });
      times.push((await shown) - begin);
      // At no fixed distance, so that it does not fall into step with anything.
      await sleep(137 + 53 * (i % 5));
    }
  } finally {
    socket.terminate();
  }
  return times;
}
