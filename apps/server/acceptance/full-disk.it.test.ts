import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkLoad } from '@petrel/testkit/server/check-load.ts';
import { CheckedLoad } from '@petrel/testkit/server/checked-load.ts';
import { ask, sleep, until } from '@petrel/testkit/server/http.ts';
import { freePort, type PetrelProcess, startPetrel } from '@petrel/testkit/server/petrel-process.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** Room for PostgreSQL (45 MB when new), ClickHouse, and the ballast. */
const DISK_BYTES = 192 * 2 ** 20;
/** What is left to the samples when the ballast lies on the disk. */
const LEFT_BYTES = 10 * 2 ** 20;
/** How long the disk stays full. */
const FULL_MS = 4_000;

const folder = mkdtempSync(join(tmpdir(), 'petrel-full-disk-'));
const mounted = process.platform === 'linux' && process.getuid?.() === 0 && mount();
if (!mounted) console.warn('skipped: a full disk (a small tmpfs can only be mounted by root on Linux)');

function mount(): boolean {
  try {
    const options = `size=${DISK_BYTES},mode=755`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'petrel-full-disk', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!mounted)('a full disk', () => {
  const ballast = join(folder, 'ballast');
  let server: PetrelProcess;
  let load: CheckedLoad;

  beforeAll(async () => {
    server = await startPetrel({ folder, port: await freePort(), config: 'scrape_configs: []\n' });
    load = new CheckedLoad({
      url: server.url,
      metric: 'disk_gauge',
      senders: 6,
      series: 100,
      samples: 100,
      baseMs: Math.floor(Date.now() / 1000) * 1000 - 3_600_000,
      stepMs: 5,
      pauseMs: 10,
      value: noise,
    });
  });

  afterAll(async () => {
    await load?.stop(0);
    await server?.stop();
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  test('refuses writes with a clear error, goes on, and takes them again when there is room', async () => {
    await until(() => load.acknowledgedRequests >= 20);
    writeFileSync(ballast, Buffer.alloc(freeBytes() - LEFT_BYTES));
    await until(() => /disk .* is full/.test(load.refusals.get(503) ?? ''), 40_000);

    fillUp(join(folder, 'rest'));
    const fullAtMs = performance.now();
    const answers = new Map<number, number>();
    const pushAnswers = new Map<number, string>();
    let pushes = 0;
    while (performance.now() - fullAtMs < FULL_MS) {
      const query = encodeURIComponent('count(disk_gauge_births)');
      const timeS = load.options.baseMs / 1000;
      const answer = await ask(`${server.url}/api/v1/query?query=${query}&time=${timeS}`);
      answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
      if (answer.status !== 200) expect(JSON.parse(answer.text).error).toMatch(/store|disk|space/);
      expect((await ask(`${server.url}/-/healthy`)).status).toBe(200);
      // A push is kept in the other store, which has no room either.
      const push = await ask(`${server.url}/metrics/job/full`, { body: `pushed ${pushes++}\n`, headers: {} });
      pushAnswers.set(push.status, push.text);
      await sleep(250);
    }
    expect(answers.get(200) ?? 0).toBeGreaterThan(0);
    for (const [status, text] of pushAnswers)
      expect([status, text]).toEqual([503, expect.stringMatching(/full|store/)]);
    expect((await ask(`${server.url}/metrics`)).text).toMatch(
      /petrel_store_writes_refused_total\{code="STORE_DISK_FULL"\} [1-9]/,
    );
    for (const status of load.statuses.keys()) expect([204, 429, 503]).toContain(status);
    expect(existsSync(ballast)).toBe(true);

    const refused = load.statuses.get(503) ?? 0;
    const storedBefore = load.ledgers.map(({ acknowledged }) => acknowledged.size);
    rmSync(ballast);
    rmSync(join(folder, 'rest'));
    const roomAtMs = performance.now();
    await until(
      () => load.ledgers.every(({ acknowledged }, i) => acknowledged.size > (storedBefore[i] as number)),
      40_000,
    );
    const againMs = performance.now() - roomAtMs;
    await load.stop();
    const check = await checkLoad(load, 2);
    console.log(
      `full disk: ${check.acknowledged} samples acknowledged, ${refused} writes refused, queries answered ` +
        `${JSON.stringify(Object.fromEntries(answers))}, taken again after ${Math.round(againMs)} ms, ${check.lostCount} lost`,
    );
    expect(check.lost).toEqual([]);
    expect(check.lostCount).toBe(0);
    expect((await ask(`${server.url}/-/ready`)).status).toBe(200);
  });
});

/** To the last byte: ClickHouse refuses a little earlier. */
function fillUp(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (let written = 1; written > 0; ) written = writeSync(file, Buffer.alloc(65_536));
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
  } finally {
    closeSync(file);
  }
}

function freeBytes(): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Doubles that do not compress, the same for the same sample. */
function noise(sender: number, series: number, index: number): number {
  let bits = (sender * 0x9e3779b1) ^ (series * 0x85ebca6b) ^ (index * 0xc2b2ae35);
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return Math.PI * ((bits ^ (bits >>> 15)) >>> 0);
}
