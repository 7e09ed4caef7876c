import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { noInstruments, PetrelError, silentLogger } from '@petrel/model';
import { FakeTime, settle } from '@petrel/testkit/fake-time.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultScrapeConfig, type ScrapeConfig } from '../config.ts';
import { FakeSink } from '../fake-sink.ts';
import { ScrapeManager } from './manager.ts';

let server: Server;
let port = 0;
let body = '';
let status = 200;
let contentType = 'text/plain; version=0.0.4';
let requests = 0;
let time: FakeTime;
let sink: FakeSink;
let manager: ScrapeManager;

beforeEach(async () => {
  requests = 0;
  status = 200;
  contentType = 'text/plain; version=0.0.4';
  server = createServer((_, response) => {
    requests++;
    response.writeHead(status, contentType === '' ? {} : { 'Content-Type': contentType }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  time = new FakeTime();
  sink = new FakeSink();
  manager = new ScrapeManager({
    sink,
    clock: time,
    timers: time,
    logger: silentLogger,
    instruments: noInstruments,
    groupUpdatesMs: 10,
  });
});

afterEach(async () => {
  await manager.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function config(changes: Partial<ScrapeConfig> = {}): ScrapeConfig {
  return {
    ...defaultScrapeConfig('j'),
    scrapeIntervalMs: 15_000,
    staticConfigs: [{ targets: [`127.0.0.1:${port}`], labels: {} }],
    ...changes,
  };
}

/** Runs virtual time until one more batch has arrived. */
async function oneScrape(): Promise<Record<string, number | string>> {
  const before = sink.batches.length;
  await time.advance(0);
  for (let i = 0; i < 400 && sink.batches.length === before; i++) {
    await time.advance(500);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await settle();
  return simple(sink.valuesOf(sink.batches[before]));
}

function simple(values: Record<string, number | string>): Record<string, number | string> {
  const target = `instance="127.0.0.1:${port}", job="j"`;
  return Object.fromEntries(
    Object.entries(values)
      .filter(([series]) => !series.startsWith('scrape_duration_seconds'))
      .map(([series, value]) => [series.replace(`{${target}}`, '').replace(target, 'T'), value]),
  );
}

describe('scraping', () => {
  it('stores samples with target labels and the report', async () => {
    body = '# TYPE a counter\n# HELP a An a.\na{x="1"} 42\nb 1\n';
    manager.apply([config()]);
    expect(await oneScrape()).toEqual({
      'a{T, x="1"}': 42,
      b: 1,
      up: 1,
      scrape_samples_scraped: 2,
      scrape_samples_post_metric_relabeling: 2,
      scrape_series_added: 2,
    });
    expect((await oneScrape()).scrape_series_added).toBe(0);
    const [first, second] = sink.batches.map((batch) => batch.timestampsMs[0] as number);
    expect((second as number) - (first as number)).toBe(15_000);
    expect(manager.targetMetadata()).toMatchObject([{ metric: 'a', type: 'counter', help: 'An a.' }]);
    expect(sink.batches[0]?.metadata).toHaveLength(1);
    expect(sink.batches[1]?.metadata ?? []).toHaveLength(0);
    expect(manager.activeTargets()).toMatchObject([
      {
        health: 'up',
        lastError: '',
        scrapePool: 'j',
        scrapeUrl: `http://127.0.0.1:${port}/metrics`,
        scrapeInterval: '15s',
      },
    ]);
  });

  it('marks a series stale that disappeared, once, whatever the notation', async () => {
    body = 'a{x="1",y="2"} 1\nb 1\n';
    manager.apply([config()]);
    await oneScrape();
    body = 'a{y="2",x="1"} 1\n';
    expect(await oneScrape()).toMatchObject({ 'a{T, x="1", y="2"}': 1, b: 'stale', up: 1 });
    expect('b' in (await oneScrape())).toBe(false);
  });

  it('marks everything stale when the scrape fails, and reports why', async () => {
    body = 'a 1\n';
    manager.apply([config()]);
    await oneScrape();
    status = 500;
    expect(await oneScrape()).toEqual({
      a: 'stale',
      up: 0,
      scrape_samples_scraped: 0,
      scrape_samples_post_metric_relabeling: 0,
      scrape_series_added: 0,
    });
    expect(manager.activeTargets()[0]).toMatchObject({
      health: 'down',
      lastError: 'server returned HTTP status 500 Internal Server Error',
    });
    status = 200;
    body = 'a 1\nthis is not {\n';
    expect(await oneScrape()).toMatchObject({ up: 0 });
    body = 'a 2\n';
    expect(await oneScrape()).toMatchObject({ a: 2, up: 1 });
  });

  it('leaves explicit timestamps without markers unless they are tracked', async () => {
    const t = time.nowMs();
    body = `a 1 ${t}\n`;
    manager.apply([config()]);
    await oneScrape();
    expect(sink.rows.find((row) => row.series.startsWith('a'))?.tMs).toBe(t);
    body = '';
    expect('a' in (await oneScrape())).toBe(false);

    body = `a 1 ${t}\n`;
    manager.apply([config({ trackTimestampsStaleness: true })]);
    await oneScrape();
    body = '';
    expect(await oneScrape()).toMatchObject({ a: 'stale' });
  });

  it('ignores timestamps when they are not honored and refuses the far future', async () => {
    body = `a 1 5\nb 1 ${time.nowMs() + 3_600_000}\n`;
    manager.apply([config({ honorTimestamps: false })]);
    expect(await oneScrape()).toMatchObject({ a: 1, b: 1 });
    expect(sink.rows.every((row) => row.tMs >= 1_700_000_000_000)).toBe(true);
    manager.apply([config()]);
    expect('b' in (await oneScrape())).toBe(true); // the marker: it had come without a timestamp of its own
    expect(sink.rows.filter((row) => row.series.startsWith('b')).at(-1)?.value).toBe('stale');
  });

  it('fails on the limits and counts what was there', async () => {
    body = 'a 1\nb 1\nc 1\n';
    manager.apply([config({ sampleLimit: 2 })]);
    const values = await oneScrape();
    expect(values).toMatchObject({ up: 0, scrape_samples_scraped: 3, scrape_samples_post_metric_relabeling: 3 });
    expect('a' in values).toBe(false);
    expect(manager.activeTargets()[0]?.lastError).toBe('sample limit exceeded');
    manager.apply([config({ bodySizeLimitBytes: 5 })]);
    expect(await oneScrape()).toMatchObject({ up: 0, scrape_samples_scraped: 0 });
    expect(manager.activeTargets()[0]?.lastError).toContain('body size limit exceeded');
    manager.apply([config({ labelLimit: 2 })]);
    await oneScrape();
    expect(manager.activeTargets()[0]?.lastError).toContain('label_limit exceeded (metric: a, number of labels: 3');
    manager.apply([config({ targetLimit: 1, staticConfigs: [{ targets: [`127.0.0.1:${port}`, 'x:1'], labels: {} }] })]);
    await oneScrape();
    await oneScrape();
    expect(manager.activeTargets()[0]?.lastError).toBe('target_limit exceeded (number of targets: 2, limit: 1)');
  });

  it('drops and renames with metric_relabel_configs', async () => {
    body = 'a 1\nb 1\n';
    manager.apply([
      config({
        metricRelabelConfigs: [
          { sourceLabels: ['__name__'], regex: 'a', action: 'drop' },
          { sourceLabels: ['__name__'], targetLabel: '__name__', regex: 'b', replacement: 'c' },
        ],
      }),
    ]);
    const values = await oneScrape();
    expect(values).toMatchObject({ c: 1, scrape_samples_scraped: 2, scrape_samples_post_metric_relabeling: 1 });
    expect('a' in values || 'b' in values).toBe(false);
  });

  it('resolves label conflicts both ways', async () => {
    body = 'a{job="x",instance=""} 1\n';
    manager.apply([config()]);
    expect(await oneScrape()).toMatchObject({ 'a{exported_job="x", T}': 1 });
    manager.apply([config({ honorLabels: true })]);
    expect(await oneScrape()).toMatchObject({ 'a{job="x"}': 1 });
  });

  it('counts the first of two samples of the same series', async () => {
    body = 'a 1\na 2\n';
    manager.apply([config()]);
    expect(await oneScrape()).toMatchObject({ a: 1, scrape_samples_scraped: 2 });
    expect(sink.rows.filter((row) => row.series.startsWith('a{'))).toHaveLength(1);
  });

  it('wants a Content-Type or a fallback', async () => {
    body = 'a 1\n';
    contentType = '';
    manager.apply([config()]);
    await oneScrape();
    expect(manager.activeTargets()[0]?.lastError).toContain('blank Content-Type');
    manager.apply([config({ fallbackScrapeProtocol: 'PrometheusText0.0.4' })]);
    expect(await oneScrape()).toMatchObject({ a: 1 });
  });

  it('tries to store again within the interval, and then says what is lost', async () => {
    body = 'a 1\n';
    sink.failures.push(new PetrelError('STORE_UNAVAILABLE', 'away'));
    manager.apply([config()]);
    expect(await oneScrape()).toMatchObject({ a: 1, up: 1 });
    for (let i = 0; i < 50; i++)
      sink.failures.push(new PetrelError('STORE_UNAVAILABLE', 'away', { retryAfterMs: 4_000 }));
    const before = sink.failures.length;
    while (manager.activeTargets()[0]?.lastError === '') {
      await time.advance(500);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(manager.activeTargets()[0]?.lastError).toContain('cannot store the scrape: away');
    expect(before - sink.failures.length).toBeGreaterThan(2);
    sink.failures.length = 0;
    body = 'b 1\n';
    // The marker that was lost with its scrape comes with the next one.
    expect(await oneScrape()).toMatchObject({ a: 'stale', b: 1 });
  });
});

describe('targets that come and go', () => {
  it('marks a gone target stale after a little more than two intervals', async () => {
    body = 'a 1\n';
    manager.apply([config()]);
    await oneScrape();
    manager.apply([config({ staticConfigs: [] })]);
    expect(manager.activeTargets()).toHaveLength(0);
    const goneMs = time.nowMs();
    await time.advance(30_000);
    expect(sink.batches).toHaveLength(1);
    await time.advance(2_000);
    const last = sink.rowsOf(sink.batches[1] as never);
    expect(last.map((row) => row.value)).toEqual(Array(6).fill('stale'));
    expect(last[0]?.tMs).toBe(goneMs + 15_000);
  });

  it('does not when it came back', async () => {
    body = 'a 1\n';
    manager.apply([config()]);
    await oneScrape();
    manager.apply([]);
    await time.advance(1_000);
    manager.apply([config()]);
    await oneScrape();
    await time.advance(40_000);
    expect(sink.rows.some((row) => row.value === 'stale')).toBe(false);
  });

  it('keeps series alive through a change of labels rules and interval', async () => {
    body = 'a 1\nb 1\n';
    manager.apply([config()]);
    await oneScrape();
    manager.apply([
      config({
        scrapeIntervalMs: 10_000,
        metricRelabelConfigs: [{ sourceLabels: ['__name__'], regex: 'b', action: 'drop' }],
      }),
    ]);
    expect(await oneScrape()).toMatchObject({ a: 1, b: 'stale' });
    expect(manager.activeTargets()[0]?.scrapeInterval).toBe('10s');
    await time.advance(60_000);
    expect(sink.rows.filter((row) => row.value === 'stale')).toHaveLength(1);
  });

  it('goes on at once when the clock jumps, either way', async () => {
    body = 'a 1\n';
    manager.apply([config({ scrapeIntervalMs: 1_000, scrapeTimeoutMs: 1_000 })]);
    await oneScrape();
    for (const jumpMs of [50 * 365 * 86_400_000, -40 * 365 * 86_400_000]) {
      time.jump(jumpMs);
      const startedMs = performance.now();
      await oneScrape();
      await oneScrape();
      expect(performance.now() - startedMs).toBeLessThan(1_000);
      const [one, two] = sink.batches.slice(-2).map((batch) => batch.timestampsMs[0] as number);
      expect((two as number) - (one as number)).toBe(1_000);
      expect(Math.abs((two as number) - time.nowMs())).toBeLessThan(2_000);
    }
  });

  it('keeps track through two reloads while a scrape is being stored', async () => {
    body = 'a 1\nb 1\n';
    manager.apply([config()]);
    await oneScrape();
    let stored = (): void => undefined;
    const { write } = sink;
    sink.write = async (batch) => {
      await new Promise<void>((resolve) => {
        stored = resolve;
      });
      return write.call(sink, batch);
    };
    const before = requests;
    while (requests === before) await time.advance(500);
    await new Promise((resolve) => setTimeout(resolve, 30));
    manager.apply([config({ sampleLimit: 100 })]);
    manager.apply([config({ sampleLimit: 200 })]);
    await settle();
    sink.write = write;
    stored();
    await settle();
    body = 'a 1\n';
    const values = await oneScrape();
    expect(values.b ?? (await oneScrape()).b).toBe('stale');
  });

  it('leaves unchanged targets running', async () => {
    body = 'a 1\n';
    manager.apply([config()]);
    await oneScrape();
    for (let i = 0; i < 20; i++) manager.apply([config({ staticConfigs: [...config().staticConfigs] })]);
    expect((await oneScrape()).scrape_series_added).toBe(0);
    expect(requests).toBe(2);
    manager.apply([config({ keepDroppedTargets: 3, relabelConfigs: [{ targetLabel: 'x', replacement: '' }] })]);
    expect((await oneScrape()).scrape_series_added).toBe(0);
  });

  it('lets a discovered parameter win over the configured one', () => {
    manager.apply([
      config({
        params: { module: ['configured', 'second'], only: ['x'] },
        staticConfigs: [{ targets: ['a:1'], labels: { __param_module: 'found' } }],
      }),
    ]);
    expect(manager.activeTargets()[0]?.scrapeUrl).toBe('http://a:1/metrics?module=found&module=second&only=x');
  });

  it('shows no password of an address', () => {
    manager.apply([config({ staticConfigs: [{ targets: ['u:hush@localhost:1'], labels: {} }] })]);
    const [target] = manager.activeTargets();
    expect([target?.scrapeUrl, target?.globalUrl]).toEqual(Array(2).fill('http://u:xxxxx@localhost:1/metrics'));
  });

  it('shows dropped targets and broken ones', () => {
    manager.apply([
      config({
        relabelConfigs: [{ sourceLabels: ['__address__'], regex: 'drop.*', action: 'drop' }],
        staticConfigs: [{ targets: ['dropped:1', 'a/b', 'ok:1'], labels: { zone: 'z' } }],
      }),
    ]);
    expect(manager.droppedTargets()[0]?.discoveredLabels.toObject()).toMatchObject({
      __address__: 'dropped:1',
      __scheme__: 'http',
      __scrape_interval__: '15s',
      zone: 'z',
      job: 'j',
    });
    expect(manager.problems()).toEqual([{ job: 'j', message: 'a/b: "a/b" is not a valid hostname' }]);
    expect(manager.activeTargets().map((t) => t.labels.toObject())).toEqual([
      { job: 'j', zone: 'z', instance: 'ok:1' },
    ]);
    expect(manager.scrapePools()).toEqual(['j']);
  });
});
