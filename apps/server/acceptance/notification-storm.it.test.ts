import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlertLoad, type LoadedAlert } from '@petrel/testkit/server/alert-load.ts';
import {
  duplicateNotifications,
  missingNotifications,
  ToldAlerts,
} from '@petrel/testkit/server/check-notifications.ts';
import { ask, sleep, until } from '@petrel/testkit/server/http.ts';
import {
  freePort,
  type PetrelProcess,
  type PetrelProcessOptions,
  startPetrel,
} from '@petrel/testkit/server/petrel-process.ts';
import { WebhookServer } from '@petrel/testkit/server/webhook-server.ts';
import { afterAll, expect, test } from 'vitest';

/** Each ends with a kill -9 of one of VICTIMS. */
const ROUNDS = Number(process.env.PETREL_CRASH_ROUNDS ?? 5);
const VICTIMS = ['server', 'everything', 'postgres', 'server and postgres', 'clickhouse'] as const;
type Victim = (typeof VICTIMS)[number];

const ROUND_PATIENCE_MS = 20_000;
const TELLING_PATIENCE_MS = 60_000;
const GROUPS = 300;

const folder = mkdtempSync(join(tmpdir(), 'petrel-storm-'));
let server: PetrelProcess | undefined;
let load: AlertLoad | undefined;
let webhook: WebhookServer | undefined;

afterAll(async () => {
  await server?.stop();
  await webhook?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test(`every alert that was acknowledged is told of, through ${ROUNDS} kills`, {
  timeout: 60_000 + 2 * TELLING_PATIENCE_MS + ROUNDS * ROUND_PATIENCE_MS,
}, async () => {
  webhook = await WebhookServer.start(() => ({
    status: Math.random() < 0.05 ? 500 : 200,
    delayMs: Math.random() * 60,
  }));
  const { received } = webhook;
  const told = new ToldAlerts(received);
  const port = await freePort();
  const config = configOf(webhook.url);
  const failedStarts: string[] = [];
  const start = () => startSupervised({ folder, port, config }, failedStarts);
  server = await start();
  load = new AlertLoad({
    url: server.url,
    senders: 24,
    groups: GROUPS,
    batch: 12,
    firing: 1000,
    pauseMs: 40,
    isTold: (id) => told.firing(id),
  });
  const startsMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await stormRages(load, received);
    await sleep(Math.random() * 900);
    const victim = VICTIMS[round % VICTIMS.length] as Victim;
    await killVictim(server, victim);
    if (['postgres', 'clickhouse'].includes(victim)) continue;
    startsMs.push(Date.now());
    server = await start();
  }
  await stormRages(load, received);
  await load.stop();
  const { alerts, acknowledged } = load;
  const missing = () => missingNotifications(alerts, told);
  const nothingIsMissing = () => missing().firing.length + missing().ends.length === 0;
  await until(nothingIsMissing, TELLING_PATIENCE_MS).catch(() => undefined);
  const toldUnasked = alerts.filter(({ id, fires }) => !fires && told.firing(id)).length;
  const atTheEndOfTheStorm = missing();
  await load.endAll();
  await until(nothingIsMissing, TELLING_PATIENCE_MS).catch(() => undefined);
  const left = await alertsLeft(server.url);
  const { afterRestart, unexcused } = duplicateNotifications(received, startsMs);
  const { fires, ends } = acknowledged;
  console.log(
    `${ROUNDS} kills, ${startsMs.length} of them of the server, ${failedStarts.length} starts failed; ${alerts.length} alerts in ${GROUPS} groups, ${fires} acknowledged ` +
      `(${alerts.filter(({ brief }) => brief).length} of them brief), ${ends} ends; ${received.length} notifications, ` +
      `${received.filter(({ status }) => status !== 200).length} answered with 500; missing ${inWords(atTheEndOfTheStorm.firing)} ` +
      `and ${inWords(missing().ends)} ends; ${afterRestart} told again after a restart, ${unexcused.length} without one; ` +
      `${toldUnasked} told without having been acknowledged; answers ${JSON.stringify(Object.fromEntries(load.statuses))}`,
  );
  expect(atTheEndOfTheStorm).toEqual({ firing: [], ends: [] });
  expect(missing()).toEqual({ firing: [], ends: [] });
  expect(left).toEqual([]);
  expect(unexcused).toEqual([]);
  // For each kill of the server, at most what was under way then: one notification of each group.
  expect(afterRestart).toBeLessThanOrEqual(startsMs.length * GROUPS);
  checksCanFail(alerts, received, told);
  expect(ends).toBeGreaterThan(ROUNDS * 50);
  expect(received.filter(({ status }) => status === 500).length).toBeGreaterThan(ROUNDS);
  for (const reason of failedStarts) expect(reason).toContain('pre-existing shared memory block');
  for (const status of load.statuses.keys()) expect([0, 200, 503]).toContain(status);
});

function configOf(hookUrl: string): string {
  const file = join(folder, 'alertmanager.yml');
  writeFileSync(
    file,
    `route: { receiver: w, group_by: [group], group_wait: 200ms, group_interval: 1s, repeat_interval: 6h }
receivers: [{ name: w, webhook_configs: [{ url: '${hookUrl}/' }] }]
`,
  );
  return `scrape_configs: []\nalerting: { config_file: ${file} }\n`;
}

/** Resolves when alerts are taken and told of. */
async function stormRages(storm: AlertLoad, received: readonly unknown[]): Promise<void> {
  const { fires, ends } = storm.acknowledged;
  const before = received.length;
  await until(
    () => storm.acknowledged.fires + storm.acknowledged.ends > fires + ends + 100 && received.length > before + 20,
    TELLING_PATIENCE_MS,
  );
}

/** As a service manager does: a server that does not start is started again. Processes of a killed PostgreSQL may live on for a moment. */
async function startSupervised(options: PetrelProcessOptions, failedStarts: string[]): Promise<PetrelProcess> {
  for (;;) {
    try {
      return await startPetrel(options);
    } catch (error) {
      if (failedStarts.length >= ROUNDS) throw error;
      failedStarts.push((error as Error).message);
      await sleep(1_000);
    }
  }
}

async function killVictim(petrel: PetrelProcess, victim: Victim): Promise<void> {
  const pids = { clickhouse: petrel.storePid('clickhouse'), postgres: petrel.storePid('postgres') };
  const stores = victim === 'everything' ? (['clickhouse', 'postgres'] as const) : [];
  const named = (['clickhouse', 'postgres'] as const).filter((store) => victim.includes(store));
  for (const store of [...stores, ...named]) process.kill(pids[store], 'SIGKILL');
  if (victim === 'server' || victim === 'everything' || victim === 'server and postgres') await petrel.kill();
}

/** Alerts that the server still knows once it has told of the end of all. */
async function alertsLeft(url: string): Promise<readonly string[]> {
  const list = async () => JSON.parse((await ask(`${url}/api/v2/alerts`)).text) as { labels: Record<string, string> }[];
  await until(async () => (await list()).length === 0, 15_000).catch(() => undefined);
  return (await list()).map(({ labels }) => JSON.stringify(labels));
}

/** An alert that was never told of must be missed, and a notification that came twice be seen. */
function checksCanFail(alerts: readonly LoadedAlert[], received: WebhookServer['received'], told: ToldAlerts): void {
  const never = { id: 'never', group: 'g0', fires: true, ended: false, brief: false };
  expect(missingNotifications([...alerts, never], told).firing).toEqual([never]);
  const one = received.find(({ status }) => status === 200);
  const again = one === undefined ? [] : [...received, { ...one, atMs: one.atMs + 1 }];
  expect(duplicateNotifications(again, []).unexcused.length).toBeGreaterThan(0);
}

function inWords(alerts: readonly LoadedAlert[]): string {
  return `${alerts.length}${
    alerts.length > 0
      ? ` (${alerts
          .slice(0, 5)
          .map(({ id, group }) => `${id} of ${group}`)
          .join(', ')})`
      : ''
  }`;
}
