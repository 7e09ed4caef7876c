import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { noInstruments, silentLogger, systemClock } from '@petrel/model';
import { Gauge, Histogram, Pushgateway, Registry } from 'prom-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeSink } from '../fake-sink.ts';
import { PushGateway } from './gateway.ts';

let server: Server;
let gateway: PushGateway;
let sink: FakeSink;

beforeEach(async () => {
  sink = new FakeSink();
  gateway = new PushGateway({
    sink,
    store: { load: async () => [], upsert: async () => {}, delete: async () => {} },
    clock: systemClock,
    logger: silentLogger,
    instruments: noInstruments,
  });
  await gateway.start();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = '', url: path = '', headers } = request;
    const result = await gateway.handle({ method, path, headers, body: Buffer.concat(chunks) });
    response.writeHead(result.status, result.headers).end(result.body);
  };
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  await gateway.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

it('takes the pushes of prom-client', async () => {
  const registry = new Registry();
  const gauge = new Gauge({ name: 'last_success', help: 'When.', registers: [registry] });
  const histogram = new Histogram({ name: 'rows', help: 'Rows.', buckets: [1, 10], registers: [registry] });
  gauge.set(42);
  histogram.observe(5);
  const client = new Pushgateway(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {}, registry);
  const params = { jobName: 'night/batch', groupings: { shard: '1' } };
  await client.pushAdd(params);
  const values = sink.valuesOf(sink.batches[0]);
  expect(values['last_success{job="night/batch", shard="1"}']).toBe(42);
  expect(values['rows_bucket{job="night/batch", le="10.0", shard="1"}']).toBe(1);
  expect(gateway.groups()[0]?.families.map((family) => [family.name, family.type])).toEqual([
    ['last_success', 'gauge'],
    ['rows', 'histogram'],
  ]);
  await client.push(params);
  await client.delete(params);
  expect(gateway.groups()).toEqual([]);
});
