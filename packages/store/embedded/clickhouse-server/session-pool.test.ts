import { expect, test } from 'vitest';
import type { EngineSession } from './engine-session.ts';
import { SessionPool } from './session-pool.ts';

function pool(size: number, maxWaiting = 10): SessionPool {
  return new SessionPool({
    size,
    reservedForInserts: 1,
    maxWaiting,
    open: () => ({ stateKey: '', close() {} }) as unknown as EngineSession,
  });
}

const never = new AbortController().signal;
const query = { forInsert: false, key: 'k', signal: never };
const insert = { forInsert: true, key: 'k', signal: never };

/** Work that ends when it is told to. */
function gate(): { work: () => Promise<void>; open: () => void } {
  let open = () => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { work: () => promise, open };
}

test('queries leave one session to inserts', async () => {
  const sessions = pool(3);
  const gates = [gate(), gate(), gate()];
  const queries = gates.map(({ work }) => sessions.use(query, work));
  await Promise.resolve();
  expect([sessions.busy, sessions.waiting]).toEqual([2, 1]);
  await sessions.use(insert, async () => undefined);
  for (const { open } of gates) open();
  await Promise.all(queries);
  expect([sessions.busy, sessions.waiting]).toEqual([0, 0]);
});

test('inserts are served before queries, both in order', async () => {
  const sessions = pool(2);
  const first = [gate(), gate()];
  const order: string[] = [];
  const running = [sessions.use(query, first[0]?.work as never), sessions.use(insert, first[1]?.work as never)];
  const later = ['q1', 'i1', 'q2', 'i2'].map((name) =>
    sessions.use(name.startsWith('i') ? insert : query, async () => {
      order.push(name);
    }),
  );
  for (const { open } of first) open();
  await Promise.all([...running, ...later]);
  expect(order.filter((name) => name.startsWith('i'))).toEqual(['i1', 'i2']);
  expect(order.filter((name) => name.startsWith('q'))).toEqual(['q1', 'q2']);
  expect(order[0]).toBe('i1');
});

test('the queue is bounded, and who gives up leaves it', async () => {
  const sessions = pool(2, 1);
  const held = gate();
  const running = sessions.use(query, held.work);
  const abort = new AbortController();
  const waiting = sessions.use({ ...query, signal: abort.signal }, async () => undefined);
  await expect(sessions.use(query, async () => undefined)).rejects.toMatchObject({ code: 202 });
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ code: 394 });
  expect(sessions.waiting).toBe(0);
  held.open();
  await running;
});

test('work that fails gives its session back', async () => {
  const sessions = pool(2);
  await expect(sessions.use(query, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  expect(sessions.busy).toBe(0);
});
