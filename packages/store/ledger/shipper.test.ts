import { Labels, type LedgerEntry, noInstruments, PetrelError, silentLogger } from '@petrel/model';
import { expect, it } from 'vitest';
import type { LedgerOutbox, OutboxEntry } from '../control/ledger-outbox.ts';
import { Shipper } from './shipper.ts';

const entry: LedgerEntry = {
  tMs: 1,
  kind: 'received',
  fingerprints: [],
  alertname: '',
  labels: Labels.EMPTY,
  groupKey: '',
  receiver: '',
  integration: '',
  reason: '',
  detail: {},
};

/** An outbox in memory, and a table that counts what it was given. */
function setup(size: number) {
  const rows: OutboxEntry[] = Array.from({ length: size }, (_, i) => ({ id: `${i + 1}`, entry }));
  const inserted: string[][] = [];
  const state = { failing: false, under: 0, most: 0 };
  const outbox: LedgerOutbox = {
    takeLedger: async (limit) => rows.slice(0, limit),
    dropLedger: async (ids) => {
      rows.splice(0, rows.length, ...rows.filter(({ id }) => !ids.includes(id)));
    },
    readLedger: async () => [],
    countLedger: async () => rows.length,
  };
  let waiting = () => -1;
  const shipper = new Shipper({
    outbox,
    async insert(batch) {
      state.most = Math.max(state.most, ++state.under);
      await new Promise((resolve) => setTimeout(resolve, 1));
      state.under--;
      if (state.failing) throw new PetrelError('STORE_UNAVAILABLE', 'away');
      inserted.push(batch.map(({ id }) => id));
    },
    logger: silentLogger,
    instruments: {
      ...noInstruments,
      observableGauge: (_name, _help, read) => {
        waiting = read;
      },
    },
    batchRows: 2,
    intervalMs: 3_600_000,
  });
  return { rows, inserted, state, shipper, waiting: () => waiting() };
}

it('moves all in batches, in order, one at a time, whoever asks', async () => {
  const { rows, inserted, state, shipper } = setup(5);
  await Promise.all([shipper.ship(), shipper.ship(), shipper.ship()]);
  expect(inserted).toEqual([['1', '2'], ['3', '4'], ['5']]);
  expect(rows).toEqual([]);
  expect(state.most).toBe(1);
  await shipper.stop();
});

it('takes what came while a run was under way', async () => {
  const { rows, inserted, shipper } = setup(1);
  const first = shipper.ship();
  rows.push({ id: '9', entry });
  await Promise.all([first, shipper.ship()]);
  expect(inserted.flat()).toEqual(['1', '9']);
  await shipper.stop();
});

it('keeps what the table refuses, and counts it', async () => {
  const { rows, inserted, state, shipper, waiting } = setup(5);
  state.failing = true;
  await expect(shipper.ship()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(rows).toHaveLength(5);
  expect(waiting()).toBe(5);
  state.failing = false;
  await shipper.ship();
  expect(inserted.flat()).toEqual(['1', '2', '3', '4', '5']);
  expect(waiting()).toBe(0);
  await shipper.stop();
});

it('moves nothing after it was stopped, and says so', async () => {
  const { inserted, shipper } = setup(3);
  await shipper.stop();
  await expect(shipper.ship()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(inserted).toEqual([]);
});
