import { Labels, type LogColumns } from '@petrel/model';
import { describe, expect, test } from 'vitest';
import type { LogSelectRequest } from '../port.ts';
import { MemoryLogSource } from './memory-log-source.ts';

const A = Labels.of({ app: 'a', env: 'x' });
const B = Labels.of({ app: 'b' });

function filled(): MemoryLogSource {
  const source = new MemoryLogSource({ blockLines: 2 });
  source.write(B, [
    { tsNs: 20n, line: 'b1', level: 'error', traceId: 't' },
    { tsNs: 10n, line: 'b0', metadata: { tid: '1' } },
  ]);
  source.write(A, [
    { tsNs: 20n, line: 'a1', metadata: { tid: '1', env: 'm' }, receivedMs: 7 },
    { tsNs: 30n, line: 'größ', level: 'info', metadata: { detected_level: 'odd' } },
  ]);
  return source;
}

const ALL = [[]] as const;

async function linesOf(request: Partial<LogSelectRequest>): Promise<readonly string[]> {
  const lines: string[] = [];
  const asked = { selectors: ALL, startNs: 0n, endNs: 100n, direction: 'forward', ...request } as const;
  for await (const block of filled().select(asked)) {
    expect(block.length).toBeLessThanOrEqual(2);
    for (let i = 0; i < block.length; i++) lines.push(block.line(i));
  }
  return lines;
}

async function firstBlock(request: Partial<LogSelectRequest>): Promise<LogColumns> {
  const asked = { selectors: ALL, startNs: 0n, endNs: 100n, direction: 'forward', ...request } as const;
  for await (const block of filled().select(asked)) return block;
  throw new Error('there is no block');
}

describe('select', () => {
  test('by time, lines of the same time as they were written; backward is the reverse', async () => {
    expect(await linesOf({})).toEqual(['b0', 'b1', 'a1', 'größ']);
    expect(await linesOf({ direction: 'backward' })).toEqual(['größ', 'a1', 'b1', 'b0']);
  });

  test('the start is within, the end is not', async () => {
    expect(await linesOf({ startNs: 20n, endNs: 30n })).toEqual(['b1', 'a1']);
  });

  test('streams that one of several selectors matches entirely', async () => {
    const a = [
      { name: 'app', type: '=~' as const, value: 'a|b' },
      { name: 'env', type: '=' as const, value: 'x' },
    ];
    expect(await linesOf({ selectors: [a] })).toEqual(['a1', 'größ']);
    expect(await linesOf({ selectors: [a, [{ name: 'env', type: '=', value: '' }]] })).toHaveLength(4);
    expect(await linesOf({ selectors: [] })).toEqual([]);
  });

  test('lines that satisfy the predicate and came in late enough', async () => {
    const tid = { kind: 'metadata', name: 'tid', op: '=', value: '1' } as const;
    expect(await linesOf({ predicate: tid })).toEqual(['b0', 'a1']);
    expect(await linesOf({ predicate: { kind: 'not', part: tid }, direction: 'backward' })).toEqual(['größ', 'b1']);
    expect(await linesOf({ receivedAfterMs: 6 })).toEqual(['a1']);
    expect(await linesOf({ receivedAfterMs: 7 })).toEqual([]);
  });

  test('columns that were not asked for are empty', async () => {
    const only = await firstBlock({ columns: ['metadata'] });
    expect([only.line(0), only.metadata(0), only.traceId(1), only.levels[1]]).toEqual(['', ['tid', '1'], '', 0]);
    const all = await firstBlock({});
    expect([all.line(1), all.traceId(1), all.levels[1], all.streams[all.streamOf[1] ?? 0]]).toEqual(['b1', 't', 5, B]);
  });

  test('ends when it is told to', async () => {
    const abort = new AbortController();
    const asked = { selectors: ALL, startNs: 0n, endNs: 100n, direction: 'forward', signal: abort.signal } as const;
    const reading = filled().select(asked);
    await reading.next();
    abort.abort();
    await expect(reading.next()).rejects.toMatchObject({ code: 'QUERY_CANCELED' });
  });
});

describe('count', () => {
  const asked = { selectors: ALL, startNs: 10n, bucketNs: 10n, buckets: 2, count: 'lines' } as const;
  const counted = async (more: object) =>
    ((await filled().count?.({ ...asked, ...more })) ?? []).map(({ labels, counts }) => [
      labels.toObject(),
      [...counts],
    ]);

  test('buckets are open on the left', async () => {
    expect(await counted({ by: [] })).toEqual([[{}, [2, 1]]]);
    expect(await counted({ by: [], startNs: 9n })).toEqual([[{}, [1, 2]]]);
  });

  test('by every label, metadata under another name where the stream has it', async () => {
    expect(await counted({})).toEqual([
      [{ app: 'b', detected_level: 'error' }, [1, 0]],
      [{ app: 'a', env: 'x', env_extracted: 'm', tid: '1' }, [1, 0]],
      [{ app: 'a', env: 'x', detected_level: 'odd' }, [0, 1]],
    ]);
  });

  test('bytes, by some labels', async () => {
    expect(await counted({ count: 'bytes', by: ['env'] })).toEqual([
      [{}, [2, 0]],
      [{ env: 'x' }, [2, 6]],
    ]);
  });

  test('a source may have no count', () => {
    expect(new MemoryLogSource({ counts: false }).count).toBeUndefined();
  });
});

test('labels, streams and statistics of a range', async () => {
  const source = filled();
  const range = { startNs: 0n, endNs: 20n };
  expect(await source.streams(ALL, range)).toEqual([B]);
  expect(await source.streams(ALL, { startNs: 0n, endNs: 100n })).toEqual([A, B]);
  expect(await source.streams(ALL, { startNs: 0n, endNs: 100n }, 1)).toEqual([A]);
  expect(await source.labelNames(ALL, { startNs: 0n, endNs: 100n })).toEqual(['app', 'env']);
  expect(await source.labelValues('app', ALL, { startNs: 0n, endNs: 100n })).toEqual(['a', 'b']);
  expect(await source.stats(ALL, { startNs: 0n, endNs: 100n })).toEqual({
    streams: 2,
    chunks: 2,
    entries: 4,
    bytes: 12,
  });
});
