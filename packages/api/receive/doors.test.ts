import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PetrelError } from '@petrel/model';
import { expect, it } from 'vitest';
import { fakeApi, fakePorts } from '../prometheus/fake-ports.ts';
import type { ReceiveDoor, ReceiveRequest } from './port.ts';

function setup() {
  const got: ReceiveRequest[] = [];
  const door: ReceiveDoor = {
    method: ['POST', 'PUT'],
    url: '/metrics/job/*',
    bodyLimitBytes: 1_000,
    handle: async (request) => {
      got.push(request);
      if (request.body[0] === 1) throw new PetrelError('STORE_OVERLOADED', 'later', { retryAfterMs: 1_200 });
      return { status: 202, headers: { 'x-kept': 'yes' }, body: 'ok' };
    },
  };
  const ports = fakePorts();
  return { got, ports, app: fakeApi(ports, [door]) };
}

it('hands the raw body over, whatever it says it is', async () => {
  const { got, app } = setup();
  const payload = Buffer.from([0, 255, 128]);
  for (const type of ['application/json', 'application/x-protobuf', 'application/x-www-form-urlencoded', undefined]) {
    const answer = await app.inject({
      method: 'PUT',
      url: '/metrics/job/a%2Fb/x/y?z',
      payload,
      headers: { 'content-encoding': 'snappy', ...(type === undefined ? {} : { 'content-type': type }) },
    });
    expect([answer.statusCode, answer.body, answer.headers['x-kept']]).toEqual([202, 'ok', 'yes']);
  }
  expect(got).toHaveLength(4);
  for (const { body, path, query, method, headers } of got) {
    expect(Buffer.compare(body, payload)).toBe(0);
    expect([path, query, method, headers['content-encoding']]).toEqual([
      '/metrics/job/a%2Fb/x/y',
      'z',
      'PUT',
      'snappy',
    ]);
  }
});

it('pushes back in plain text', async () => {
  const { app, ports } = setup();
  const full = await app.inject({ method: 'POST', url: '/metrics/job/a', payload: Buffer.from([1]) });
  expect([full.statusCode, full.body, full.headers['retry-after']]).toEqual([429, 'later\n', '2']);
  const large = await app.inject({ method: 'POST', url: '/metrics/job/a', payload: Buffer.alloc(1_001) });
  expect(large.statusCode).toBe(413);
  ports.state.notReady = 'starting';
  const early = await app.inject({ method: 'POST', url: '/metrics/job/a', payload: Buffer.from([2]) });
  expect([early.statusCode, early.body]).toEqual([503, 'starting\n']);
});

it('bounds the bodies that are held at once, and lets the next ones in afterwards', async () => {
  const end: (() => void)[] = [];
  const door: ReceiveDoor = {
    method: ['POST'],
    url: '/x',
    bodyLimitBytes: 200 << 20,
    handle: async () => {
      await new Promise<void>((resolve) => end.push(resolve));
      return { status: 204 };
    },
  };
  const app = fakeApi(fakePorts(), [door]);
  const payload = Buffer.alloc(90 << 20);
  const post = () => app.inject({ method: 'POST', url: '/x', payload });
  const held = [post(), post()];
  while (end.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  const refused = await post();
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '1']);
  for (const go of end) go();
  expect((await Promise.all(held)).map(({ statusCode }) => statusCode)).toEqual([204, 204]);
  const next = post();
  while (end.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  end[2]?.();
  expect((await next).statusCode).toBe(204);
});

it('counts a body that does not say its length, and one that never ends', async () => {
  const { app, got } = setup();
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/metrics/job/a`;
  const chunked = (sizeBytes: number) =>
    new Promise<number>((resolve, reject) => {
      const out = request(url, { method: 'POST' }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      out.on('error', reject);
      out.write(Buffer.alloc(sizeBytes / 2));
      out.end(Buffer.alloc(sizeBytes / 2));
    });
  expect(await chunked(1_000)).toBe(202);
  expect(got.at(-1)?.body).toHaveLength(1_000);
  expect(await chunked(1_002)).toBe(413);
  expect(await chunked(8 << 20)).toBe(413);
  const cut = request(url, { method: 'POST', headers: { 'Content-Length': '100' } });
  cut.on('error', () => undefined);
  cut.write('x');
  await new Promise((resolve) => setTimeout(resolve, 20));
  cut.destroy();
  expect(await chunked(10)).toBe(202);
  await app.close();
});
