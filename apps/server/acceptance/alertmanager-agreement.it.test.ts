import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALL_CASES, compareReceived, playCases, routingFile } from '@petrel/testkit/agreement/index.ts';
import { hasPrograms, type PeerProcess, startAlertmanager } from '@petrel/testkit/server/peer-process.ts';
import { type PetrelProcess, startPetrel } from '@petrel/testkit/server/petrel-process.ts';
import { WebhookServer } from '@petrel/testkit/server/webhook-server.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** From the last step: until everything has been told that there is to tell. */
const REST_S = 5.5;
/** Petrel waits a moment for what belongs together; the rest is for machines that are busy. Looks are two seconds apart. */
const TOLERANCE = { timesMs: 400, arrivalMs: [900, 1400] } as const;

describe.skipIf(!hasPrograms('prometheus-alertmanager'))('beside an Alertmanager', () => {
  const folder = mkdtempSync(join(tmpdir(), 'petrel-agreement-'));
  let alertmanager: PeerProcess;
  let petrel: PetrelProcess;
  let theirs: WebhookServer;
  let ours: WebhookServer;

  beforeAll(async () => {
    const answers = new Map(ALL_CASES.map(({ name, answer }) => [name, answer]));
    const answer = (path: string, count: number) => answers.get(path.split('/')[1] ?? '')?.(count) ?? {};
    [theirs, ours] = await Promise.all([WebhookServer.start(answer), WebhookServer.start(answer)]);
    const file = join(folder, 'routing.yml');
    writeFileSync(file, routingFile(ALL_CASES, ours.url));
    const config = `scrape_configs: []\nalerting: { config_file: ${file} }\n`;
    petrel = await startPetrel({ folder: join(folder, 'petrel'), config });
    // Last: every half minute from its start it forgets groups that are empty, and all is over by then.
    alertmanager = await startAlertmanager(join(folder, 'alertmanager'), routingFile(ALL_CASES, theirs.url));
    await playCases(ALL_CASES, [alertmanager.url, petrel.url], REST_S);
  }, 120_000);

  afterAll(async () => {
    await Promise.all([alertmanager?.stop(), petrel?.stop()]);
    await Promise.all([theirs?.stop(), ours?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(ALL_CASES.map(({ name, requests }) => ({ name, requests })))('$name', ({ name, requests }) => {
    const of = (server: WebhookServer) => server.received.filter(({ path }) => path.startsWith(`/${name}/`));
    const { disagreements } = compareReceived(of(theirs), of(ours), TOLERANCE);
    expect(disagreements).toEqual([]);
    expect(of(theirs).length).toBe(requests);
  });

  test('all together', () => {
    const { groups, delaysMs } = compareReceived(theirs.received, ours.received, TOLERANCE);
    const sorted = [...delaysMs].sort((a, b) => a - b);
    console.log(
      `${ALL_CASES.length} cases, ${groups} groups, ${theirs.received.length} requests; Petrel's came ` +
        `${sorted[sorted.length >> 1]} ms after Alertmanager's (median), from ${sorted[0]} to ${sorted.at(-1)} ms`,
    );
    expect(ALL_CASES.length).toBeGreaterThanOrEqual(12);
    expect(groups).toBeGreaterThan(ALL_CASES.length);
  });
});
