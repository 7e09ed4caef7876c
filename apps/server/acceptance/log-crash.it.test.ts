import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SenderLedger } from '@petrel/testkit/server/checked-senders.ts';
import { sleep, until } from '@petrel/testkit/server/http.ts';
import { checkLogs, LogLoad } from '@petrel/testkit/server/log-load.ts';
import { freePort, killAndRestart, type PetrelProcess, startPetrel } from '@petrel/testkit/server/petrel-process.ts';
import { afterAll, expect, test } from 'vitest';

/** Each round kills the store, the server, and everything. */
const ROUNDS = Number(process.env.PETREL_CRASH_ROUNDS ?? 2);
const NOTHING_SCRAPED = 'scrape_configs: []\n';
const ROUND_PATIENCE_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'petrel-log-crash-'));
let server: PetrelProcess | undefined;
let load: LogLoad | undefined;

afterAll(async () => {
  await load?.stop(0);
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test(`every line that was acknowledged is there after kill -9, ${ROUNDS} rounds of three`, {
  timeout: 60_000 + ROUNDS * ROUND_PATIENCE_MS,
}, async () => {
  const options = { folder, port: await freePort(), config: NOTHING_SCRAPED };
  server = await startPetrel(options);
  load = new LogLoad({
    url: server.url,
    senders: 8,
    lines: 50,
    baseMs: Math.floor(Date.now() / 1000) * 1000 - 3_600_000,
    pauseMs: 15,
  });
  let kills = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const victim of ['store', 'server', 'everything'] as const) {
      await loadFlows(load);
      await sleep(Math.random() * 400);
      server = await killAndRestart(server, victim, options);
      kills++;
    }
  }
  await loadFlows(load);
  await load.stop();
  const check = await checkLogs(load);
  console.log(
    `${kills} kills; ${check.acknowledged} lines in ${load.acknowledgedRequests} requests acknowledged, ${load.unknownRequests} requests without an answer ` +
      `(${check.surplus} of their lines stored); lost ${check.lost.length}, doubled ${check.doubled.length}; answers ${JSON.stringify(Object.fromEntries(load.statuses))}`,
  );
  expect(check.lost).toEqual([]);
  expect(check.doubled).toEqual([]);
  // A request that was never sent, noted as acknowledged, must be missed: the comparison sees losses.
  const ledger = load.ledgers[0] as SenderLedger;
  ledger.acknowledged.add(Math.max(...ledger.acknowledged, ...ledger.unknown) + 1);
  expect((await checkLogs(load)).lost.length).toBeGreaterThan(0);
  expect(load.acknowledgedRequests).toBeGreaterThan(kills * 10);
  expect(load.statuses.get(0) ?? 0).toBeGreaterThan(0);
  for (const status of load.statuses.keys()) expect([0, 204, 429, 503]).toContain(status);
});

/** Resolves when every sender has had some requests acknowledged from now on. */
async function loadFlows(load: LogLoad): Promise<void> {
  const before = load.ledgers.map(({ acknowledged }) => acknowledged.size);
  await until(() => load.ledgers.every(({ acknowledged }, i) => acknowledged.size > (before[i] as number) + 2), 30_000);
}
