import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Labels } from '@petrel/model';
import { encodeRemoteWrite1, encodeSnappy } from '@petrel/wire';
import { sendAll } from '../load/send.ts';
import { median, sleep } from '../measure.ts';
import { startPeer } from '../peers/peer.ts';
import type { Row } from '../report.ts';

const INTERVAL_MS = 1_000;
const PATIENCE_MS = 20_000;

/**
 * From the moment at which a sample that crosses a threshold is sent (remote write) to the notification at a webhook, at an evaluation interval of a second, without
 * `for` and group_wait. Of each time, the second is subtracted: the longest that a sample may have to wait for its evaluation.
 */
export async function runPageLatency(pages: number): Promise<readonly Row[]> {
  const pager = await Pager.start();
  const peer = await startPeer('petrel', { files: (folder) => filesOf(folder, pager.url) });
  const times: number[] = [];
  try {
    for (let i = 0; i < pages; i++) await write(peer.writeUrl, i, 0);
    await sleep(3_000);
    for (let i = 0; i < pages; i++) {
      // Anywhere within the interval.
      await sleep(200 + Math.random() * INTERVAL_MS);
      const begin = performance.now();
      const paged = pager.page(String(i));
      await write(peer.writeUrl, i, 1);
      times.push((await paged) - begin);
    }
  } finally {
    await peer.stop();
    pager.stop();
  }
  const longest = Math.max(...times);
  console.log(
    `  petrel: from the sample to the page ${median(times).toFixed(0)} ms (median), ${longest.toFixed(0)} ms (longest)`,
  );
  const row = (what: string, ms: number): Row => ({
    suite: 'alerting',
    what: `from a sample to its page beyond the interval of 1 s, ${what} of ${pages}`,
    unit: 'ms',
    values: { petrel: Math.max(0, ms - INTERVAL_MS) },
    target: { below: 1_000 },
  });
  return [row('median', median(times)), row('longest', longest)];
}

function filesOf(folder: string, pagerUrl: string): Readonly<Record<string, string>> {
  return {
    'config.yml': `global: { evaluation_interval: 1s }
scrape_configs: []
rule_files: ['${folder}/rules.yml']
alerting: { config_file: '${folder}/alertmanager.yml' }
`,
    'rules.yml': "groups: [{ name: g, rules: [{ alert: Probe, expr: 'probe > 0.5' }] }]\n",
    'alertmanager.yml': `route: { receiver: pager, group_by: ['...'], group_wait: 0s, group_interval: 1m, repeat_interval: 1h }
receivers: [{ name: pager, webhook_configs: [{ url: '${pagerUrl}/' }] }]
`,
  };
}

async function write(writeUrl: string, number: number, value: number): Promise<void> {
  const series = {
    labels: Labels.of({ __name__: 'probe', number: String(number) }),
    timestampsMs: Float64Array.of(Date.now()),
    values: Float64Array.of(value),
    from: 0,
    to: 1,
  };
  await sendAll(writeUrl, [[{ body: encodeSnappy(encodeRemoteWrite1([series])), samples: 1 }]]);
}

/** A webhook that knows when it was told of which `number`. */
class Pager {
  readonly #waiting = new Map<string, (atMs: number) => void>();
  readonly #server = createServer((request, response) => {
    const atMs = performance.now();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      response.end();
      const { alerts } = JSON.parse(Buffer.concat(chunks).toString()) as { alerts: { labels: { number: string } }[] };
      for (const { labels } of alerts) this.#waiting.get(labels.number)?.(atMs);
    });
  });

  static async start(): Promise<Pager> {
    const pager = new Pager();
    await new Promise<void>((resolve) => pager.#server.listen(0, '127.0.0.1', resolve));
    return pager;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves with the time of the page. */
  page(number: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nobody was paged for ${number}`)), PATIENCE_MS);
      this.#waiting.set(number, (atMs) => {
        clearTimeout(timer);
        resolve(atMs);
      });
    });
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
