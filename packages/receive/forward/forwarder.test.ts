import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Labels, noInstruments, silentLogger } from '@petrel/model';
import { FakeTime } from '@petrel/testkit/fake-time.ts';
import { BatchBuilder } from '@petrel/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultRemoteWriteConfig, type RemoteWriteConfig } from '../config.ts';
import { FakeSink } from '../fake-sink.ts';
import { createRemoteWriteReceiver } from '../remote-write/index.ts';
import { refOf } from '../scrape/series-ref.ts';
import { Forwarder } from './forwarder.ts';
import { parseRetryAfter } from './remote-client.ts';

let server: Server;
let url = '';
let near: FakeSink;
let far: FakeSink;
let time: FakeTime;
let forwarder: Forwarder;
/** Answers before the real receiver gets a request; one each. */
let refusals: { status: number; headers?: Record<string, string> }[];
let seen: IncomingMessage['headers'][];

beforeEach(async () => {
  near = new FakeSink();
  far = new FakeSink();
  time = new FakeTime();
  refusals = [];
  seen = [];
  const receive = createRemoteWriteReceiver({ sink: far, logger: silentLogger, instruments: noInstruments });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    seen.push(request.headers);
    const refusal = refusals.shift();
    if (refusal !== undefined) {
      response.writeHead(refusal.status, refusal.headers).end('not now');
      return;
    }
    const { status, headers, body } = await receive({ headers: request.headers, body: Buffer.concat(chunks) });
    response.writeHead(status, headers).end(body);
  };
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/write`;
  forwarder = new Forwarder({
    sink: near,
    clock: time,
    timers: time,
    logger: silentLogger,
    instruments: noInstruments,
  });
});

it('says no password of a remote end', async () => {
  const labels = new Set<string>();
  const note = (...given: readonly (number | string)[]): void => {
    for (const label of given) labels.add(String(label));
  };
  const gauge = () => ({ set: note, add: note, remove: note });
  const watched = { ...noInstruments, gauge, counter: () => ({ add: note }) } as typeof noInstruments;
  const other = new Forwarder({
    sink: near,
    clock: time,
    timers: time,
    logger: silentLogger,
    instruments: watched,
  });
  const config = defaultRemoteWriteConfig(url.replace('//', '//u:hush@'));
  other.apply([config], Labels.of({}));
  expect(JSON.stringify([...other.status()])).not.toContain('hush');
  expect([...labels].some((label) => label.includes('u:xxxxx@'))).toBe(true);
  expect([...labels].some((label) => label.includes('hush'))).toBe(false);
  expect(() => other.apply([config, config], Labels.of({}))).toThrow(/duplicate remote write.*xxxxx/);
  await other.stop(1);
});

afterEach(async () => {
  const stopped = forwarder.stop(100);
  await time.advance(200);
  await stopped;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function apply(changes: Partial<RemoteWriteConfig> = {}, external: Record<string, string> = {}): void {
  forwarder.apply([{ ...defaultRemoteWriteConfig(url), ...changes }], Labels.of(external));
}

async function write(samples: readonly (readonly [Record<string, string>, number, number | 'stale'])[]): Promise<void> {
  const out = new BatchBuilder();
  for (const [labels, tMs, value] of samples) {
    const ref = refOf(near.registry, Labels.of(labels));
    if (value === 'stale') out.addStale(ref, tMs);
    else out.add(ref, tMs, value);
  }
  await forwarder.sink.write(out.finish());
}

async function until(done: () => boolean, stepMs = 100): Promise<void> {
  for (let i = 0; i < 500 && !done(); i++) {
    await time.advance(stepMs);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(done()).toBe(true);
}

describe.each(['prometheus.WriteRequest', 'io.prometheus.write.v2.Request'] as const)(
  'forwarding as %s',
  (protobufMessage) => {
    it('sends what was stored, with external labels and staleness markers', async () => {
      apply({ protobufMessage }, { region: 'eu', a: 'external' });
      await write([
        [{ __name__: 'm', a: '1' }, 1000, 1.5],
        [{ __name__: 'n' }, 1000, 'stale'],
        [{ __name__: 'm', a: '1' }, 2000, 2.5],
      ]);
      expect(near.rows).toHaveLength(3);
      expect(far.rows).toHaveLength(0);
      await until(() => far.rows.length === 3);
      expect(far.rows).toEqual(
        expect.arrayContaining([
          { series: 'm{a="1", region="eu"}', tMs: 1000, value: 1.5 },
          { series: 'm{a="1", region="eu"}', tMs: 2000, value: 2.5 },
          { series: 'n{a="external", region="eu"}', tMs: 1000, value: 'stale' },
        ]),
      );
      expect(seen[0]?.['content-encoding']).toBe('snappy');
    });
  },
);

describe('forwarding', () => {
  it('relabels, and drops', async () => {
    apply({
      writeRelabelConfigs: [
        { sourceLabels: ['__name__'], regex: 'drop_.*', action: 'drop' },
        { regex: 'secret', action: 'labeldrop' },
      ],
    });
    await write([
      [{ __name__: 'drop_me' }, 1000, 1],
      [{ __name__: 'm', secret: 's' }, 1000, 1],
    ]);
    await until(() => far.rows.length > 0);
    expect(far.rows).toEqual([{ series: 'm', tMs: 1000, value: 1 }]);
  });

  it('sends a full batch at once and the rest at the deadline', async () => {
    apply({ queueConfig: { ...defaultRemoteWriteConfig(url).queueConfig, maxSamplesPerSend: 10 } });
    await write(Array.from({ length: 25 }, (_, i) => [{ __name__: 'm' }, 1000 + i, i] as const));
    const startMs = time.nowMs();
    await until(() => far.rows.length === 20, 1);
    expect(time.nowMs() - startMs).toBeLessThan(5_000);
    await until(() => far.rows.length === 25, 500);
    expect(time.nowMs() - startMs).toBeGreaterThanOrEqual(5_000);
    expect(far.rows.map((row) => row.tMs)).toEqual(Array.from({ length: 25 }, (_, i) => 1000 + i));
    expect(far.batches.map((batch) => batch.length)).toEqual([10, 10, 5]);
  });

  it('tries again after 503 and 429, honouring Retry-After, in order', async () => {
    const { queueConfig } = defaultRemoteWriteConfig(url);
    apply({ queueConfig: { ...queueConfig, batchSendDeadlineMs: 100, retryOnHttp429: true } });
    refusals = [{ status: 503 }, { status: 429, headers: { 'Retry-After': '60' } }];
    const startMs = time.nowMs();
    await write([[{ __name__: 'm' }, 1000, 1]]);
    await until(() => seen.length === 2);
    expect(forwarder.status()[0]?.lastError).toContain('429');
    await write([[{ __name__: 'm' }, 2000, 2]]);
    await until(() => far.rows.length === 2, 1_000);
    expect(time.nowMs() - startMs).toBeGreaterThan(60_000);
    expect(far.rows.map((row) => row.value)).toEqual([1, 2]);
    expect(seen[1]?.['retry-attempt']).toBe('1');
    expect(forwarder.status()[0]?.lastError).toBe('');
  });

  it('drops what the other end refuses and goes on', async () => {
    apply();
    refusals = [{ status: 400 }];
    await write([[{ __name__: 'm' }, 1000, 1]]);
    await until(() => seen.length === 1);
    await write([[{ __name__: 'm' }, 2000, 2]]);
    await until(() => far.rows.length === 1);
    expect(far.rows[0]?.value).toBe(2);
  });

  it('never blocks, and keeps the newest when the other end is away', async () => {
    apply({ queueConfig: { ...defaultRemoteWriteConfig(url).queueConfig, capacity: 10, maxSamplesPerSend: 5 } });
    refusals = Array.from({ length: 6 }, () => ({ status: 500 }));
    for (let i = 0; i < 100; i++) await write([[{ __name__: 'm' }, 1000 + i, i]]);
    expect(near.rows).toHaveLength(100);
    expect(forwarder.status()[0]?.pending).toBeLessThanOrEqual(10);
    await until(() => far.rows.at(-1)?.value === 99);
    const values = far.rows.map((row) => row.value as number);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(values.length).toBeLessThanOrEqual(15);
  });

  it('adds shards under load without losing or reordering a series', async () => {
    const { queueConfig } = defaultRemoteWriteConfig(url);
    apply({ queueConfig: { ...queueConfig, capacity: 100, maxSamplesPerSend: 1_000, batchSendDeadlineMs: 15_000 } });
    for (let i = 0; i < 9; i++) {
      await write(Array.from({ length: 10 }, (_, s) => [{ __name__: 'm', s: String(s) }, 1000 + i, i] as const));
    }
    await until(() => (forwarder.status()[0]?.shards ?? 0) > 1, 1_000);
    await until(() => far.rows.length === 90, 1_000);
    for (let s = 0; s < 10; s++) {
      const own = far.rows.filter((row) => row.series === `m{s="${s}"}`).map((row) => row.value);
      expect(own).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });

  it('leaves unchanged ends alone and flushes the ones that go', async () => {
    apply();
    await write([[{ __name__: 'm' }, 1000, 1]]);
    apply();
    expect(forwarder.status()[0]?.pending).toBe(1);
    forwarder.apply([], Labels.EMPTY);
    expect(forwarder.status()).toHaveLength(0);
    await until(() => far.rows.length === 1, 1);
  });

  it('reads Retry-After', () => {
    expect(parseRetryAfter('7', 0)).toBe(7_000);
    expect(parseRetryAfter('Thu, 01 Jan 1970 00:00:09 GMT', 4_000)).toBe(5_000);
    expect(parseRetryAfter('soon', 0)).toBe(0);
  });
});
