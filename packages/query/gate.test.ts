import { expect, test } from 'vitest';
import { QueryGate } from './gate.ts';

const never = new AbortController().signal;

test('lets as many in as it may, then the next in line', async () => {
  const gate = new QueryGate(1, 2);
  const leaveA = await gate.enter(never);
  const order: string[] = [];
  const b = gate.enter(never).then((leave) => {
    order.push('b');
    return leave;
  });
  const c = gate.enter(never).then((leave) => {
    order.push('c');
    return leave;
  });
  expect([gate.running, gate.queued]).toEqual([1, 2]);
  leaveA();
  leaveA();
  const leaveB = await b;
  expect(order).toEqual(['b']);
  leaveB();
  (await c)();
  expect([gate.running, gate.queued]).toEqual([0, 0]);
});

test('refuses when the queue is full, and forgets who gave up', async () => {
  const gate = new QueryGate(1, 1);
  const leave = await gate.enter(never);
  const abort = new AbortController();
  const waiting = gate.enter(abort.signal);
  await expect(gate.enter(never)).rejects.toMatchObject({ code: 'QUERY_QUEUE_FULL', retryable: true });
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'QUERY_CANCELED' });
  expect(gate.queued).toBe(0);
  leave();
  expect(gate.running).toBe(0);
});
