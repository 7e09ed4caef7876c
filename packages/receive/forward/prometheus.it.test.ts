import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Labels, noInstruments, silentLogger, systemClock } from '@petrel/model';
import { BatchBuilder } from '@petrel/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_QUEUE_CONFIG, defaultRemoteWriteConfig } from '../config.ts';
import { FakeSink } from '../fake-sink.ts';
import { refOf } from '../scrape/series-ref.ts';
import { Forwarder } from './forwarder.ts';

const PROMETHEUS = '/usr/bin/prometheus';

describe.skipIf(!existsSync(PROMETHEUS))('a real Prometheus at the far end (skipped where it is not installed)', () => {
  let child: ChildProcess;
  let folder = '';
  let base = '';

  beforeAll(async () => {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(probe.address() as AddressInfo).port}`;
    await new Promise((resolve) => probe.close(resolve));
    base = `http://${address}`;
    folder = mkdtempSync(join(tmpdir(), 'petrel-far-'));
    writeFileSync(join(folder, 'prometheus.yml'), '{}');
    child = spawn(
      PROMETHEUS,
      [
        `--config.file=${folder}/prometheus.yml`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=${address}`,
        '--web.enable-remote-write-receiver',
        '--enable-feature=exemplar-storage',
      ],
      { stdio: 'ignore' },
    );
    for (let i = 0; i < 400; i++) {
      if ((await fetch(`${base}/-/ready`).catch(() => undefined))?.ok === true) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('prometheus did not become ready');
  });

  afterAll(async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await gone;
    rmSync(folder, { recursive: true, force: true });
  });

  async function query(text: string): Promise<{ metric: Record<string, string>; values: [number, string][] }[]> {
    const response = await fetch(`${base}/api/v1/query?query=${encodeURIComponent(text)}`);
    return ((await response.json()) as { data: { result: never[] } }).data.result;
  }

  it('has every sample, and a gap where the marker is', async () => {
    const sink = new FakeSink();
    const forwarder = new Forwarder({ sink, clock: systemClock, logger: silentLogger, instruments: noInstruments });
    forwarder.apply(
      [
        {
          ...defaultRemoteWriteConfig(`${base}/api/v1/write`),
          sendExemplars: true,
          queueConfig: { ...DEFAULT_QUEUE_CONFIG, maxSamplesPerSend: 100, batchSendDeadlineMs: 100 },
        },
      ],
      Labels.of({ site: 'here' }),
    );
    const startMs = Date.now() - 60_000;
    for (let i = 0; i < 50; i++) {
      const out = new BatchBuilder();
      for (let s = 0; s < 20; s++) {
        const ref = refOf(sink.registry, Labels.of({ __name__: 'm', s: String(s), path: '/海' }));
        out.add(ref, startMs + i * 1000, i * 100 + s);
        if (i === 3 && s === 3) {
          out.addExemplar({ ref, labels: Labels.of({ trace_id: 't' }), tMs: startMs + i * 1000, value: 7 });
        }
      }
      await forwarder.sink.write(out.finish());
    }
    const out = new BatchBuilder();
    out.addStale(refOf(sink.registry, Labels.of({ __name__: 'm', s: '7', path: '/海' })), startMs + 55_000);
    await forwarder.sink.write(out.finish());
    await forwarder.stop();
    const stored = await query('m[5m]');
    expect(stored).toHaveLength(20);
    for (const { metric, values } of stored) {
      expect(metric).toMatchObject({ site: 'here', path: '/海' });
      expect(values.map(([, value]) => Number(value))).toEqual(
        Array.from({ length: 50 }, (_, i) => i * 100 + Number(metric.s)),
      );
    }
    expect((await query('count(m)'))[0]).toMatchObject({ value: [expect.anything(), '19'] });
    const range = `start=${startMs / 1000 - 60}&end=${Date.now() / 1000}`;
    const exemplars = (await (await fetch(`${base}/api/v1/query_exemplars?query=m&${range}`)).json()) as {
      data: { exemplars: unknown[] }[];
    };
    expect(exemplars.data[0]?.exemplars).toMatchObject([{ labels: { trace_id: 't' }, value: '7' }]);
  });
});
