import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noInstruments, silentLogger } from '@petrel/model';
import { openStores, type Stores } from '@petrel/store/embedded/index.ts';
import type { LogStore } from '@petrel/store/logs/port.ts';
import { openLogStore } from '@petrel/store/logs/store.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arbitraryLines, arbitraryQuery } from './agreement-arbitraries.ts';
import { difference, enginePoints, naivePoints } from './agreement-points.ts';
import { batchOfLines } from './batch-of-lines.ts';
import type { NaiveLine } from './naive-query.ts';
import { textOfExpr } from './naive-query.ts';

let directory: string;
let stores: Stores;
let store: LogStore;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'petrel-log-agreement-'));
  stores = await openStores({ dataDir: directory, logger: silentLogger, instruments: noInstruments });
  store = await openLogStore({
    clickhouseUrl: stores.clickhouseUrl,
    logger: silentLogger,
    instruments: noInstruments,
    clock: { nowMs: () => Date.now() },
    limits: { batchMs: 5 },
  });
}, 60_000);

afterAll(async () => {
  await store.stop();
  await stores.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Lines of the same stream and time have no order that both sides know. */
function withoutTies(lines: readonly NaiveLine[]): readonly NaiveLine[] {
  const times = new Set<bigint>();
  return lines.filter(({ tsNs }) => {
    if (times.has(tsNs)) return false;
    times.add(tsNs);
    return true;
  });
}

describe('metric queries over the store agree with plain loops over all lines', () => {
  test('counted by ClickHouse, and read from it', { timeout: 120_000 }, async () => {
    const [generated = []] = fc.sample(fc.array(arbitraryLines, { minLength: 12, maxLength: 12 }), 1);
    const lines = withoutTies([...generated.flat()].sort((a, b) => (a.tsNs < b.tsNs ? -1 : a.tsNs > b.tsNs ? 1 : 0)));
    await store.sink.write(batchOfLines(lines));
    const { count: _unused, ...reading } = store;
    for (const query of fc.sample(arbitraryQuery, 120)) {
      const text = textOfExpr(query.expr);
      const wanted = naivePoints(query, lines);
      expect(difference(await enginePoints(query, store), wanted), `counted: ${text}`).toBeUndefined();
      expect(difference(await enginePoints(query, reading), wanted), `read: ${text}`).toBeUndefined();
    }
  });
});
