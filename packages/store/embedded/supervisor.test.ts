import { silentLogger } from '@petrel/model';
import { expect, test, vi } from 'vitest';
import { type RunningStore, Supervisor } from './supervisor.ts';

function fakeStore(): RunningStore & { crash(): void } {
  let end: (reason: string) => void = () => undefined;
  const exited = new Promise<string>((resolve) => {
    end = resolve;
  });
  return { pid: 1, exited, stop: async () => end('stopped'), crash: () => end('crashed') };
}

test('a store that ends is started again, slower each time, until it holds', async () => {
  vi.useFakeTimers();
  try {
    const stores = [fakeStore(), fakeStore()];
    const startedAtMs: number[] = [];
    let failures = 3;
    let restarts = 0;
    let announced = 0;
    const supervisor = new Supervisor({
      name: 'x',
      logger: silentLogger,
      restarts: { add: (amount) => (restarts += amount) },
      start: async () => {
        startedAtMs.push(performance.now());
        if (startedAtMs.length > 1 && failures-- > 0) throw new Error('not yet');
        return stores[startedAtMs.length > 1 ? 1 : 0] as RunningStore;
      },
      onRestart: () => announced++,
    });
    expect(supervisor.status).toBe('starting');
    await supervisor.start();
    expect(supervisor.status).toBe('ready');
    stores[0]?.crash();
    await vi.advanceTimersByTimeAsync(50);
    expect(supervisor.status).toBe('restarting');
    await vi.advanceTimersByTimeAsync(2000);
    expect(supervisor.status).toBe('ready');
    expect([restarts, announced]).toEqual([4, 1]);
    const waits = startedAtMs.slice(1).map((at, index) => Math.round(at - (startedAtMs[index] as number)));
    expect(waits).toEqual([100, 200, 400, 800]);
    await supervisor.stop();
    expect(supervisor.status).toBe('stopped');
  } finally {
    vi.useRealTimers();
  }
});

test('the first start that fails is reported with its reason', async () => {
  const supervisor = new Supervisor({
    name: 'clickhouse',
    logger: silentLogger,
    restarts: { add() {} },
    start: () => Promise.reject(new Error('no library')),
    onRestart() {},
  });
  await expect(supervisor.start()).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringMatching(/clickhouse.*no library/),
  });
  expect(supervisor.status).toBe('stopped');
});
