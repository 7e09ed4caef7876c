import { PetrelError, silentLogger } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import { type BlockInserter, RetryingInserter } from './block-inserter.ts';
import { GroupCommit, type GroupCommitLimits } from './group-commit.ts';

interface Stored {
  readonly items: readonly string[];
  readonly earlier: number;
  finish(error?: Error): void;
}

/** A commit whose batches the test stores by hand. */
function setUp(limits: Partial<GroupCommitLimits> = {}) {
  const stored: Stored[] = [];
  const refused: string[] = [];
  const commit = new GroupCommit<{ rows: number; items: string[] }>({
    things: 'things',
    limits: { batchMs: 1, batchRows: 100, pipelined: 2, inFlightBytes: 100, ...limits },
    logger: silentLogger,
    open: () => ({ rows: 0, items: [] }),
    store: ({ items }, earlier) =>
      new Promise((resolve, reject) => {
        stored.push({
          items,
          earlier: earlier.length,
          finish: (error) => (error === undefined ? resolve() : reject(error)),
        });
      }),
    onRefused: ({ code }) => refused.push(code),
  });
  const write = (item: string, bytes = 1) =>
    commit.write(bytes, (batch) => {
      batch.items.push(item);
      batch.rows++;
    });
  const next = async (n: number) => {
    for (let i = 0; stored.length < n && i < 400; i++) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(stored).toHaveLength(n);
    return stored.splice(0) as [Stored, ...Stored[]];
  };
  return { commit, write, next, stored, refused };
}

describe('a group commit', () => {
  it('stores concurrent writes together, and acknowledges them after that', async () => {
    const { commit, write, next } = setUp();
    let done = 0;
    const writes = ['a', 'b'].map((item) => write(item).then(() => done++));
    const [batch] = await next(1);
    expect(batch.items).toEqual(['a', 'b']);
    expect([done, commit.inFlightBytes]).toEqual([0, 2]);
    batch.finish();
    await Promise.all(writes);
    await commit.flush();
    expect(commit.inFlightBytes).toBe(0);
  });

  it('closes a batch at its size in rows or bytes, and knows the batches before it', async () => {
    const { write, next } = setUp({ batchMs: 60_000, batchRows: 2, batchBytes: 10 });
    const writes = [write('a'), write('b'), write('c', 10), write('d', 9), write('e', 1)];
    const [first, second] = await next(2);
    expect([first.items, second?.items, second?.earlier]).toEqual([['a', 'b'], ['c'], 1]);
    first.finish();
    const [third] = await next(1);
    expect(third.items).toEqual(['d', 'e']);
    second?.finish();
    third.finish();
    await Promise.all(writes);
  });

  it('lets a batch that is worth an insert wait for no more than a moment without company', async () => {
    const { write, next, stored } = setUp({ batchMs: 60_000, calm: { rows: 2, calmMs: 1 } });
    const writes = [write('a')];
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(stored).toEqual([]);
    writes.push(write('b'));
    const [batch] = await next(1);
    expect(batch.items).toEqual(['a', 'b']);
    batch.finish();
    await Promise.all(writes);
  });

  it('refuses what is too much, and what comes after its end', async () => {
    const { commit, write, next, refused } = setUp();
    const first = write('a', 60);
    await expect(write('b', 41)).rejects.toMatchObject({ code: 'STORE_OVERLOADED', retryAfterMs: 1000 });
    const second = write('c', 40);
    const stopping = commit.stop();
    await expect(write('d')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const [batch] = await next(1);
    expect(batch.items).toEqual(['a', 'c']);
    batch.finish();
    await Promise.all([first, second, stopping]);
    expect(refused).toEqual(['STORE_OVERLOADED', 'STORE_UNAVAILABLE']);
  });

  it('takes one write that is larger than all it may hold, when it holds nothing', async () => {
    const { write, next } = setUp({ inFlightBytes: 5 });
    const large = write('a', 50);
    const [batch] = await next(1);
    batch.finish();
    await large;
  });

  it('tells every sender of a batch why it was not stored', async () => {
    const { write, next } = setUp();
    const writes = Promise.allSettled([write('a'), write('b')]);
    const [batch] = await next(1);
    batch.finish(new PetrelError('STORE_DISK_FULL', 'full'));
    expect((await writes).map((one) => one.status === 'rejected' && one.reason.code)).toEqual([
      'STORE_DISK_FULL',
      'STORE_DISK_FULL',
    ]);
  });
});

describe('an insert', () => {
  function retrying(failures: PetrelError[], isStopped = () => false) {
    const tokens: string[] = [];
    const inserter: BlockInserter<'t'> = {
      insert: async (_table, _block, token) => {
        tokens.push(token);
        const failure = failures.shift();
        if (failure !== undefined) throw failure;
      },
    };
    let retries = 0;
    const one = new RetryingInserter({ inserter, retryForMs: 1000, isStopped, onRetry: () => retries++ });
    return { insert: () => one.insert('t', { rows: 1, columns: [] }), tokens, retries: () => retries };
  }

  it('is tried again under its token while the failure may pass', async () => {
    const away = new PetrelError('STORE_UNAVAILABLE', 'away');
    const { insert, tokens, retries } = retrying([away, away]);
    await insert();
    await insert();
    expect(retries()).toBe(2);
    expect(tokens).toHaveLength(4);
    expect(new Set(tokens.slice(0, 3)).size).toBe(1);
    expect(tokens[3]).not.toBe(tokens[0]);
  });

  it('is given up when the failure will not pass, or the store stops', async () => {
    const full = retrying([new PetrelError('STORE_DISK_FULL', 'full')]);
    await expect(full.insert()).rejects.toMatchObject({ code: 'STORE_DISK_FULL' });
    const stopped = retrying([new PetrelError('STORE_UNAVAILABLE', 'away')], () => true);
    await expect(stopped.insert()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(stopped.retries()).toBe(0);
  });
});
