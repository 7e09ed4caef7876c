import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noInstruments, silentLogger, systemTimers } from '@petrel/model';
import { FakeTime } from '@petrel/testkit/fake-time.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultScrapeConfig, type ScrapeConfig } from '../config.ts';
import type { DnsResolver } from './dns.ts';
import type { DiscoveredGroup } from './group.ts';
import { DiscoveryManager } from './manager.ts';

let folder = '';
let manager: DiscoveryManager;
let found: Map<string, readonly DiscoveredGroup[]>;
let updates = 0;

const failing = (code: string) => async (): Promise<never> => {
  throw Object.assign(new Error(`query ${code}`), { code });
};
let resolver: DnsResolver;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petrel-sd-'));
  found = new Map();
  updates = 0;
  resolver = {
    resolveSrv: async () => [{ name: 'a.example', port: 9100 }],
    resolve4: async () => ['10.0.0.2', '10.0.0.1'],
    resolve6: async () => ['fd00::1'],
    resolveMx: async () => [{ exchange: 'mx.example' }],
    resolveNs: failing('ESERVFAIL'),
  };
});

afterEach(async () => {
  manager.stop();
  await rm(folder, { recursive: true });
});

function run(timers = systemTimers): DiscoveryManager {
  manager = new DiscoveryManager({
    timers,
    logger: silentLogger,
    instruments: noInstruments,
    groupUpdatesMs: 20,
    resolver,
    onTargets: (job, groups) => {
      updates++;
      found.set(job, groups);
    },
  });
  return manager;
}

function config(changes: Partial<ScrapeConfig>): ScrapeConfig {
  return { ...defaultScrapeConfig('j'), ...changes };
}

/** Every target with the labels of its group. */
function targets(): Record<string, string>[] {
  return (found.get('j') ?? []).flatMap((group) => group.targets.map((target) => ({ ...group.labels, ...target })));
}

async function until(done: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !done(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(done()).toBe(true);
}

describe('discovery', () => {
  it('gives static targets out at once', () => {
    run().apply([config({ staticConfigs: [{ targets: ['a:1', 'b:1'], labels: { x: 'y' } }] })]);
    expect(targets()).toEqual([
      { __address__: 'a:1', x: 'y' },
      { __address__: 'b:1', x: 'y' },
    ]);
  });

  it('reads files, notices changes, keeps the last good content and shows the problem', async () => {
    const json = join(folder, 'a.json');
    await writeFile(json, '[{"targets":["a:1"],"labels":{"x":"1"}}]');
    await writeFile(join(folder, 'b.yml'), '- targets: ["b:1"]\n  labels: {n: 5}\n');
    run().apply([
      config({
        fileSdConfigs: [{ files: [join(folder, '*.json'), join(folder, '*.yml')], refreshIntervalMs: 60_000 }],
      }),
    ]);
    await until(() => targets().length === 2);
    expect(targets()).toEqual([
      { __address__: 'a:1', x: '1', __meta_filepath: json },
      { __address__: 'b:1', n: '5', __meta_filepath: join(folder, 'b.yml') },
    ]);
    await writeFile(join(folder, 'next'), '[{"targets":["a:2"]}]');
    await rename(join(folder, 'next'), json);
    await until(() => targets()[0]?.__address__ === 'a:2');
    await writeFile(json, '[{"targets":"a:2"}]');
    await until(() => manager.problems().length === 1);
    expect(manager.problems()[0]?.message).toContain('"targets" must be a list of strings');
    expect(targets()[0]?.__address__).toBe('a:2');
    await rm(json);
    await until(() => targets().length === 1);
    expect(manager.problems()).toEqual([]);
  });

  it('survives a pattern that is none, understands classes, and loses the targets of a removed file', async () => {
    const plain = join(folder, 'plain.json');
    await writeFile(plain, JSON.stringify([{ targets: ['p:1'] }]));
    await writeFile(join(folder, 'b.json'), JSON.stringify([{ targets: ['b:1'] }]));
    await writeFile(join(folder, 'c].json'), JSON.stringify([{ targets: ['c:1'] }]));
    const files = ['[a*.json', '[^a]*.json', 'plain.json'].map((name) => join(folder, name));
    run().apply([config({ fileSdConfigs: [{ files, refreshIntervalMs: 60_000 }] })]);
    await until(() => targets().length === 3);
    expect(manager.problems()).toEqual([{ job: 'j', message: `${files[0]}: syntax error in pattern` }]);
    await rm(plain);
    await until(() => targets().length === 2);
    expect(manager.problems().some(({ message }) => message.includes('ENOENT'))).toBe(true);
  });

  it('asks HTTP endpoints', async () => {
    let body = '[{"targets":["a:1"],"labels":{"__meta_x":"1"}}]';
    let type = 'application/json';
    let interval: unknown;
    const server: Server = createServer((request, response) => {
      interval = request.headers['x-prometheus-refresh-interval-seconds'];
      response.writeHead(200, { 'Content-Type': type }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://u:hush@127.0.0.1:${(server.address() as AddressInfo).port}/`;
    run().apply([config({ httpSdConfigs: [{ url, refreshIntervalMs: 30, http: {} }] })]);
    await until(() => targets().length === 1);
    expect(targets()[0]).toEqual({ __address__: 'a:1', __meta_x: '1', __meta_url: url.replace('hush', 'xxxxx') });
    expect(interval).toBe('0.03');
    type = 'text/html';
    await until(() => manager.problems().length === 1);
    expect(manager.problems()[0]?.message).toContain('unsupported content type');
    expect(manager.problems()[0]?.message).not.toContain('hush');
    expect(targets()).toHaveLength(1);
    type = 'application/json';
    body = '[]';
    await until(() => targets().length === 0);
    manager.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('resolves names', async () => {
    const sd = { names: ['n.example'], port: 80, refreshIntervalMs: 1_000 };
    const types = ['SRV', 'A', 'AAAA', 'MX', 'NS'] as const;
    const time = new FakeTime();
    run(time).apply([config({ dnsSdConfigs: types.map((type) => ({ ...sd, type })) })]);
    await time.advance(100);
    const base = { __meta_dns_name: 'n.example' };
    expect(targets()).toEqual([
      {
        ...base,
        __address__: 'a.example:9100',
        __meta_dns_srv_record_target: 'a.example.',
        __meta_dns_srv_record_port: '9100',
      },
      { ...base, __address__: '10.0.0.1:80' },
      { ...base, __address__: '10.0.0.2:80' },
      { ...base, __address__: '[fd00::1]:80' },
      { ...base, __address__: 'mx.example:80', __meta_dns_mx_record_target: 'mx.example.' },
    ]);
    expect(manager.problems()).toEqual([{ job: 'j', message: 'n.example: query ESERVFAIL' }]);
    resolver.resolve4 = failing('ENOTFOUND');
    resolver.resolve6 = failing('ETIMEOUT');
    await time.advance(1_100);
    expect(targets().map((target) => target.__address__)).toEqual(['a.example:9100', '[fd00::1]:80', 'mx.example:80']);
  });

  it('gathers updates', async () => {
    const time = new FakeTime();
    let address = 0;
    resolver.resolve4 = async () => [`10.0.0.${address++}`];
    run(time).apply([config({ dnsSdConfigs: [{ names: ['n'], type: 'A', port: 1, refreshIntervalMs: 1 }] })]);
    await time.advance(1);
    updates = 0;
    await time.advance(60);
    expect(address).toBeGreaterThan(30);
    expect(updates).toBeLessThanOrEqual(4);
  });

  it('keeps what did not change on a reload', async () => {
    const time = new FakeTime();
    let asked = 0;
    resolver.resolve4 = async () => [`10.0.0.${++asked}`];
    const dns = { names: ['n'], type: 'A', port: 1, refreshIntervalMs: 60_000 } as const;
    run(time).apply([config({ dnsSdConfigs: [dns] })]);
    await time.advance(50);
    manager.apply([config({ dnsSdConfigs: [{ ...dns }], staticConfigs: [{ targets: ['s:1'], labels: {} }] })]);
    await time.advance(50);
    expect(asked).toBe(1);
    expect(targets().map((target) => target.__address__)).toEqual(['10.0.0.1:1', 's:1']);
  });
});
