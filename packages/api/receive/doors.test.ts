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
  for (const { body, path, method, headers } of got) {
    expect(Buffer.compare(body, payload)).toBe(0);
    expect([path, method, headers['content-encoding']]).toEqual(['/metrics/job/a%2Fb/x/y', 'PUT', 'snappy']);
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
