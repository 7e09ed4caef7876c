import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkLoad } from '@petrel/testkit/server/check-load.ts';
import { CheckedLoad } from '@petrel/testkit/server/checked-load.ts';
import type { SenderLedger } from '@petrel/testkit/server/checked-senders.ts';
import { sleep, until } from '@petrel/testkit/server/http.ts';
import { freePort, killAndRestart, type PetrelProcess, startPetrel } from '@petrel/testkit/server/petrel-process.ts';
import { queryInstant } from '@petrel/testkit/server/prometheus-api.ts';
import { afterAll, expect, test } from 'vitest';

/** Each round kills the store, the server, and everything. */
const ROUNDS = Number(process.env.PETREL_CRASH_ROUNDS ?? 3);
const NOTHING_SCRAPED = 'scrape_configs: []\n';
const ROUND_PATIENCE_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'petrel-crash-'));
let server: PetrelProcess | undefined;
let load: CheckedLoad | undefined;

afterAll(async () => {
  await load?.stop(0);
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test(`what was acknowledged is there after kill -9, ${ROUNDS} rounds of three`, {
  timeout: 60_000 + ROUNDS * ROUND_PATIENCE_MS,
}, async () => {
  const options = { folder, port: await freePort(), config: NOTHING_SCRAPED };
  server = await startPetrel(options);
  load = new CheckedLoad({
    url: server.url,
    metric: 'crash_total',
    senders: 8,
    series: 20,
    samples: 10,
    baseMs: Math.floor(Date.now() / 1000) * 1000 - 3_600_000,
    stepMs: 5,
    pauseMs: 15,
  });
  const kills: string[] = [];
  const backMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const victim of ['store', 'server', 'everything'] as const) {
      await loadFlows(load);
      // What is asked for is kept decoded in memory: that copy must not differ from the store's either.
      await queryInstant(server.url, 'count(crash_total)', load.options.baseMs / 1000);
      await sleep(Math.random() * 400);
      const startedMs = performance.now();
      server = await killAndRestart(server, victim, options);
      await loadFlows(load);
      backMs.push(performance.now() - startedMs);
      kills.push(victim);
    }
  }
  await loadFlows(load);
  await killAndRestart(server, 'store', options);
  await loadFlows(load);
  await load.stop();
  const check = await checkLoad(load, 3);
  await server.stop();
  server = await startPetrel(options);
  const checkCold = await checkLoad(load, 3);
  console.log(
    `${kills.length} kills; ${check.acknowledged} samples in ${load.acknowledgedRequests} requests acknowledged, ` +
      `${load.unknownRequests} requests without an answer (${check.surplus} of their samples stored), ${check.lostCount} lost; ` +
      `answers ${JSON.stringify(Object.fromEntries(load.statuses))}; writes were taken again after ` +
      `${Math.round(median(backMs))} ms (median), ${Math.round(Math.max(...backMs))} ms (worst)`,
  );
  expect([check.lost, checkCold.lost]).toEqual([[], []]);
  expect([check.lostCount, checkCold.lostCount]).toEqual([0, 0]);
  expect(checkCold).toEqual(check);
  // A request that was never sent, noted as acknowledged, must be missed: the comparison sees losses.
  const ledger = load.ledgers[0] as SenderLedger;
  ledger.acknowledged.add(Math.max(...ledger.acknowledged, ...ledger.unknown) + 1);
  expect((await checkLoad(load, 1)).lostCount).toBeGreaterThan(0);
  // The test must have tested: samples between all kills, and requests that failed.
  expect(load.acknowledgedRequests).toBeGreaterThan(kills.length * 10);
  expect(load.statuses.get(0) ?? 0).toBeGreaterThan(0);
  for (const status of load.statuses.keys()) expect([0, 204, 429, 503]).toContain(status);
});

/** Resolves when every sender has had some requests acknowledged from now on. */
async function loadFlows(load: CheckedLoad): Promise<void> {
  const before = load.ledgers.map(({ acknowledged }) => acknowledged.size);
  await until(() => load.ledgers.every(({ acknowledged }, i) => acknowledged.size > (before[i] as number) + 2), 30_000);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
