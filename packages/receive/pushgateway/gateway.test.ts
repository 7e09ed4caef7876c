import { noInstruments, PetrelError, silentLogger } from '@petrel/model';
import { FakeTime } from '@petrel/testkit/fake-time.ts';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeSink } from '../fake-sink.ts';
import { PushGateway } from './gateway.ts';
import type { PushGroup, PushGroupStore } from './group.ts';
import { parseGroupPath } from './group-path.ts';

let sink: FakeSink;
let time: FakeTime;
let stored: Map<string, PushGroup>;
let gateway: PushGateway;

beforeEach(async () => {
  sink = new FakeSink();
  time = new FakeTime(1_700_000_000_000 - (1_700_000_000_000 % 60_000));
  stored = new Map();
  gateway = await started();
});

async function started(): Promise<PushGateway> {
  const store: PushGroupStore = {
    load: async () => [...stored.values()],
    upsert: async (group) => void stored.set(group.key, JSON.parse(JSON.stringify(group)) as PushGroup),
    delete: async (key) => void stored.delete(key),
  };
  const made = new PushGateway({
    sink,
    store,
    clock: time,
    timers: time,
    logger: silentLogger,
    instruments: noInstruments,
  });
  await made.start();
  return made;
}

async function send(method: string, path: string, body = ''): Promise<{ status: number; body: string }> {
  const { status, body: text } = await gateway.handle({ method, path, headers: {}, body: Buffer.from(body) });
  return { status, body: String(text) };
}

/** What the next interval stores, without the push times. */
async function round(): Promise<Record<string, number | string>> {
  const before = sink.batches.length;
  await time.advance(60_000);
  const values = sink.batches.slice(before).flatMap((batch) => Object.entries(sink.valuesOf(batch)));
  return Object.fromEntries(values.filter(([series]) => !series.startsWith('push_')));
}

describe('the push path', () => {
  it('reads labels, percent-encoding and base64', () => {
    expect(parseGroupPath('/metrics/job/a/path@base64/L3Zhci90bXA/x/%2F%E6%B5%B7')).toEqual({
      job: 'a',
      path: '/var/tmp',
      x: '/海',
    });
    expect(parseGroupPath('/metrics/job@base64/YQ==/e@base64/=')).toEqual({ job: 'a', e: '' });
    for (const bad of [
      '/metrics',
      '/metrics/job/',
      '/metrics/job@base64/=',
      '/metrics/job/a/b',
      '/metrics/job/a/__b/c',
    ]) {
      expect(() => parseGroupPath(bad)).toThrow(PetrelError);
    }
  });

  it('round-trips any value as base64 and percent-encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (value) => {
        const encoded = Buffer.from(value, 'utf8').toString('base64url');
        expect(parseGroupPath(`/metrics/job/j/l@base64/${encoded}`)).toEqual({ job: 'j', l: value });
        expect(parseGroupPath(`/metrics/job/${encodeURIComponent(value)}`)).toEqual({ job: value });
      }),
    );
  });

  it('never throws anything but a refusal', () => {
    fc.assert(
      fc.property(fc.string(), (path) => {
        try {
          parseGroupPath(`/metrics/job/${path}`);
        } catch (error) {
          expect(error).toBeInstanceOf(PetrelError);
        }
      }),
    );
  });
});

describe('pushing', () => {
  it('stores at once, again at each interval, and survives a restart', async () => {
    expect(await send('POST', '/metrics/job/j/instance/i', '# TYPE a counter\na{x="1"} 3\nb NaN\n')).toEqual({
      status: 200,
      body: '',
    });
    const first = sink.valuesOf(sink.batches[0]);
    expect(first['a{instance="i", job="j", x="1"}']).toBe(3);
    expect(first['push_time_seconds{instance="i", job="j"}']).toBe(time.nowMs() / 1000);
    expect(first['push_failure_time_seconds{instance="i", job="j"}']).toBe(0);
    await gateway.stop();
    gateway = await started();
    expect(await round()).toMatchObject({
      'a{instance="i", job="j", x="1"}': 3,
      'b{instance="i", job="j"}': Number.NaN,
    });
  });

  it('PUT replaces the group, POST the metrics of the same name', async () => {
    await send('PUT', '/metrics/job/j', 'a 1\nb 1\n');
    await send('POST', '/metrics/job/j', 'a{n="2"} 2\n');
    expect(await round()).toEqual({ 'a{job="j", n="2"}': 2, 'b{job="j"}': 1, 'a{job="j"}': 'stale' });
    await send('PUT', '/metrics/job/j', 'c 3\n');
    expect(await round()).toMatchObject({ 'c{job="j"}': 3, 'b{job="j"}': 'stale' });
    expect((await send('DELETE', '/metrics/job/j')).status).toBe(202);
    expect(await round()).toEqual({ 'c{job="j"}': 'stale' });
    expect(await round()).toEqual({});
    expect(stored.size).toBe(0);
  });

  it('keeps a histogram together', async () => {
    const body = '# TYPE h histogram\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n';
    await send('POST', '/metrics/job/j', body);
    expect(gateway.groups()[0]?.families).toMatchObject([{ name: 'h', type: 'histogram' }]);
    await send('POST', '/metrics/job/j', '# TYPE h histogram\nh_bucket{le="1"} 1\n');
    expect(Object.keys(await round()).filter((s) => s.startsWith('h_'))).toHaveLength(4);
  });

  it('lets grouping labels win and keeps an instance of the metric', async () => {
    await send('PUT', '/metrics/job/j', 'a{job="x",instance="own"} 1\n');
    expect(await round()).toEqual({ 'a{instance="own", job="j"}': 1 });
  });

  it('refuses and notes the failure', async () => {
    await send('PUT', '/metrics/job/j', '# TYPE a counter\na 1\n');
    const refused = [
      await send('POST', '/metrics/job/j', 'a 1 1000\n'),
      await send('POST', '/metrics/job/j', 'a 1\na 1\n'),
      await send('POST', '/metrics/job/j', 'a{ 1\n'),
      await send('POST', '/metrics/job/k', '# TYPE a gauge\na 1\n'),
    ];
    expect(refused.map((answer) => answer.status)).toEqual([400, 400, 400, 400]);
    expect(refused[0]?.body).toContain('must not have timestamps');
    expect(refused[3]?.body).toContain('inconsistent with existing metrics');
    expect(gateway.groups().find((group) => group.labels.job === 'j')).toMatchObject({ failedMs: time.nowMs() });
    expect(await round()).toEqual({ 'a{job="j"}': 1 });
    await send('PUT', '/metrics/job/j', 'm{instance="i"} 1\n');
    expect((await send('PUT', '/metrics/job/j/instance/i', 'm 1\n')).status).toBe(400);
  });

  it('takes a push while the sample store is away, since the group is kept', async () => {
    sink.failures.push(new PetrelError('STORE_UNAVAILABLE', 'away'));
    expect((await send('PUT', '/metrics/job/j', 'a 1\n')).status).toBe(200);
    expect(await round()).toEqual({ 'a{job="j"}': 1 });
  });
});
