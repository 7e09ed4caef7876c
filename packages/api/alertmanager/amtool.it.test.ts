import { execFile, spawnSync } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { Labels } from '@petrel/model';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertmanagerApp, type FakePort, fakePort, silenceOf, viewOf } from './fake-port.ts';

const version = spawnSync('amtool', ['--version'], { encoding: 'utf8' });
const installed = version.status === 0;
if (!installed) console.info('amtool is not installed: its commands are not tried');

describe.runIf(installed)('amtool', () => {
  let app: FastifyInstance;
  let port: FakePort;
  let url: string;

  beforeAll(async () => {
    port = Object.assign(fakePort(), { nowMs: () => Date.now() });
    const lasting = { startsAtMs: Date.now() - 60_000, endsAtMs: Date.now() + 600_000 };
    port.views = [
      viewOf({ alertname: 'Down', job: 'x' }, { ...lasting, annotations: Labels.of({ summary: 'it is down' }) }),
      viewOf({ alertname: 'Quiet' }, { ...lasting, state: 'suppressed', silencedBy: ['q'], receivers: ['dev'] }),
    ];
    port.held = [silenceOf(1, lasting)];
    app = alertmanagerApp(port);
    await app.listen({ host: '127.0.0.1', port: 0 });
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  });

  afterAll(() => app.close());

  const run = (...args: string[]) =>
    new Promise<{ code: number; out: string; error: string }>((resolve) => {
      execFile('amtool', [`--alertmanager.url=${url}`, '--no-version-check', ...args], (error, out, stderr) =>
        resolve({ code: error === null ? 0 : 1, out, error: stderr }),
      );
    });

  it('queries alerts', async () => {
    const all = await run('alert', 'query');
    expect(all).toMatchObject({ code: 0, error: '' });
    expect(all.out).toMatch(/Down .*it is down/);
    expect(all.out).not.toContain('Quiet');
    expect((await run('alert', 'query', '--silenced', '--receiver=dev')).out).toContain('Quiet');
    const filtered = await run('alert', 'query', '-o', 'json', 'alertname=~D.*', 'job!=y');
    expect(JSON.parse(filtered.out)).toMatchObject([{ labels: { alertname: 'Down', job: 'x' } }]);
    const bad = await run('alert', 'query', '--receiver=(');
    expect(bad.code).toBe(1);
    expect(bad.error).toContain('failed to parse receiver param');
  });

  it('adds alerts', async () => {
    const start = ['--start=2026-01-01T00:00:00Z', '--end=2126-01-01T00:00:00Z'];
    expect(await run('alert', 'add', 'foo', 'node=bar', '--annotation=summary=s', ...start)).toMatchObject({ code: 0 });
    expect(await run('alert', 'add', 'foo')).toMatchObject({ code: 0 });
    expect(port.posted).toEqual([
      [
        {
          labels: Labels.of({ alertname: 'foo', node: 'bar' }),
          annotations: Labels.of({ summary: 's' }),
          startsAtMs: Date.UTC(2026, 0),
          endsAtMs: Date.UTC(2126, 0),
          generatorUrl: '',
        },
      ],
      [{ labels: Labels.of({ alertname: 'foo' }), annotations: Labels.EMPTY, generatorUrl: '' }],
    ]);
  });

  it('lists, adds, updates and expires silences', async () => {
    const id = '00000000-0000-4000-8000-000000000001';
    expect((await run('silence', 'query', '-q')).out.trim()).toBe(id);
    expect((await run('silence', 'query', '-q', 'alertname=B')).out.trim()).toBe('');
    const added = await run('silence', 'add', '-a', 'me', '-c', 'why', '-d', '1h', 'Down', 'job=~x|y', 'z!=1');
    expect(added).toEqual({ code: 0, out: '11111111-2222-3333-4444-555555555555\n', error: '' });
    const silence = port.put.at(-1);
    expect(silence).toMatchObject({ createdBy: 'me', comment: 'why' });
    // The alert's name stands first or last, by the version of amtool.
    expect(silence?.matchers.map(({ type, name, value }) => `${name}${type}${value}`).sort()).toEqual([
      'alertname=Down',
      'job=~x|y',
      'z!=1',
    ]);
    expect(await run('silence', 'update', '-d', '2h', id)).toMatchObject({ code: 0 });
    expect(port.put.at(-1)).toMatchObject({ id, matchers: [{ type: '=', name: 'alertname', value: 'A' }] });
    expect(await run('silence', 'expire', id)).toMatchObject({ code: 0 });
    expect(port.expired).toEqual([id]);
    const unknown = await run('silence', 'expire', id.replace(/1$/, '2'));
    expect(unknown.code).toBe(1);
    expect(unknown.error).toContain('404');
  });

  it('shows the cluster and the configuration', async () => {
    expect((await run('cluster', 'show')).out).toContain('disabled');
    expect((await run('config', 'show')).out).toContain('receiver: ops');
  });
});
