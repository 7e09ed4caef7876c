import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpClient } from '@petrel/http';
import { noInstruments, silentLogger } from '@petrel/model';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { toldAlert } from '../engine/virtual-world.test-support.ts';
import { AlertForwarder } from './alert-forwarder.ts';

const T = 1_700_000_000_000;
let bodies: { path: string; alerts: { labels: Record<string, string>; startsAt: string }[] }[];
let server: Server;

beforeEach(async () => {
  bodies = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push({ path: request.url ?? '', alerts: JSON.parse(Buffer.concat(chunks).toString()) });
      response.writeHead(request.url === '/bad/api/v2/alerts' ? 500 : 200).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterEach(async () => {
  await new Promise((done) => server.close(done));
});

it('sends batches to every Alertmanager, relabelled for each, whatever the others answer', async () => {
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const forwarder = new AlertForwarder({ logger: silentLogger, instruments: noInstruments });
  forwarder.setTargets([
    {
      url: `${base}/good/api/v2/alerts`,
      client: new HttpClient({}),
      timeoutMs: 5_000,
      relabel: (labels) => labels.with('to', 'good'),
    },
    {
      url: `${base}/bad/api/v2/alerts`,
      client: new HttpClient({}),
      timeoutMs: 5_000,
      relabel: (labels) => (labels.get('n') === '0' ? undefined : labels),
    },
  ]);
  forwarder.send(Array.from({ length: 300 }, (_, n) => toldAlert({ alertname: 'A', n: `${n}` }, T)));
  while (bodies.length < 4) await new Promise((done) => setTimeout(done, 5));
  await forwarder.stop();
  const sizes = (path: string) => bodies.filter((one) => one.path === path).map(({ alerts }) => alerts.length);
  expect(sizes('/good/api/v2/alerts')).toEqual([256, 44]);
  expect(sizes('/bad/api/v2/alerts')).toEqual([255, 44]);
  expect(bodies.find(({ path }) => path.startsWith('/good'))?.alerts[0]).toMatchObject({
    labels: { alertname: 'A', n: '0', to: 'good' },
    startsAt: '2023-11-14T22:13:20.000Z',
  });
});
