import { Labels, PetrelError } from '@petrel/model';
import { createLogqlEngine, type LogqlEngine, parseLogSelector, planLogSelector } from '@petrel/query/logql/index.ts';
import { MemoryLogSource } from '@petrel/query/logql/memory/memory-log-source.ts';
import { describe, expect, it } from 'vitest';
import { type FollowRequest, followLogs } from './follow-logs.ts';
import { SeenLines } from './seen-lines.ts';

const APP = Labels.of({ app: 'x' });
const TIMES = { pollMs: 1, overlapMs: 2_000, farEveryMs: 4_000, farOverlapMs: 15_000 };

/** A clock that the test turns, and what was followed under it. */
function world(options: Partial<FollowRequest> = {}) {
  const source = new MemoryLogSource();
  const clock = { ms: 10_000_000 };
  const abort = new AbortController();
  const engine = createLogqlEngine({ source });
  const follow = (over: Pick<LogqlEngine, 'logs' | 'lines'> = engine) =>
    followLogs(
      { engine: { ...engine, logs: (r) => over.logs(r), lines: (r) => over.lines(r) }, nowMs: () => clock.ms },
      {
        plan: planLogSelector(parseLogSelector('{app="x"}')),
        startNs: 0n,
        limit: 100,
        delayMs: 0,
        signal: abort.signal,
        ...options,
      },
      TIMES,
    );
  const write = (line: string, { tsMs = clock.ms, receivedMs = clock.ms } = {}) =>
    source.write(APP, [{ tsNs: BigInt(tsMs) * 1_000_000n, line, receivedMs }]);
  return { source, clock, abort, follow, write, engine };
}

const texts = (batch: { lines: readonly { line: string }[] } | undefined) => batch?.lines.map(({ line }) => line);

describe('followLogs', () => {
  it('shows a line that became visible after lines that were received later', async () => {
    const { clock, abort, follow, write } = world();
    write('first');
    const batches = follow();
    expect(texts((await batches.next()).value as never)).toEqual(['first']);
    clock.ms += 500;
    write('second');
    expect(texts((await batches.next()).value as never)).toEqual(['second']);
    clock.ms += 500;
    write('late', { receivedMs: clock.ms - 900, tsMs: clock.ms - 900 });
    expect(texts((await batches.next()).value as never)).toEqual(['late']);
    // Later than the usual look goes back, but not than the long one.
    clock.ms += 5_000;
    write('very late', { receivedMs: clock.ms - 9_000, tsMs: clock.ms - 9_000 });
    expect(texts((await batches.next()).value as never)).toEqual(['very late']);
    // Written long before, and bearing a time to come.
    clock.ms += 4_000;
    write('written long before', { tsMs: clock.ms - 600_000 });
    expect(texts((await batches.next()).value as never)).toEqual(['written long before']);
    clock.ms += 4_000;
    write('of a clock ahead', { tsMs: clock.ms + 600_000 });
    expect(texts((await batches.next()).value as never)).toEqual(['of a clock ahead']);
    abort.abort();
    expect(await batches.next()).toEqual({ done: true, value: undefined });
  });

  it('gives lines in the order of their times when it may wait for them', async () => {
    const { clock, follow, write } = world({ delayMs: 1_000 });
    const batches = follow();
    const next = batches.next();
    await new Promise((resolve) => setTimeout(resolve, 10));
    write('b', { tsMs: clock.ms });
    await new Promise((resolve) => setTimeout(resolve, 10));
    write('a', { tsMs: clock.ms - 100 });
    await new Promise((resolve) => setTimeout(resolve, 10));
    clock.ms += 1_001;
    expect(texts((await next).value as never)).toEqual(['a', 'b']);
  });

  it('leaves out what was before the start, and the older of what is more than the limit', async () => {
    const { clock, follow, write } = world({ startNs: 9_999_000n * 1_000_000n, limit: 2 });
    for (const [i, tsMs] of [9_998_000, 9_999_100, 9_999_200, 9_999_300].entries()) write(`${i}`, { tsMs });
    const batches = follow();
    expect(texts((await batches.next()).value as never)).toEqual(['2', '3']);
    clock.ms += 100;
    write('new');
    expect(texts((await batches.next()).value as never)).toEqual(['new']);
    // Older than all of the history, but it was not there then.
    clock.ms += 100;
    write('late', { tsMs: 9_999_050 });
    expect(texts((await batches.next()).value as never)).toEqual(['late']);
  });

  it('goes on when the store comes back, and ends at what does not pass', async () => {
    const { engine, follow, write } = world();
    let failures = 1;
    let reads = 0;
    const unsteady: Pick<LogqlEngine, 'logs' | 'lines'> = {
      logs: (request) =>
        failures-- > 0 ? Promise.reject(new PetrelError('STORE_UNAVAILABLE', 'away')) : engine.logs(request),
      lines: (request) => {
        if (reads++ === 0) return engine.lines(request);
        throw new PetrelError('LOGQL_EXEC', 'no more');
      },
    };
    write('first');
    const batches = follow(unsteady);
    expect(texts((await batches.next()).value as never)).toEqual(['first']);
    await expect(batches.next()).rejects.toThrow('no more');
  });
});

describe('SeenLines', () => {
  const line = (text: string) =>
    ({
      tsNs: 1n,
      line: text,
      labels: APP,
      stream: APP,
      metadata: Labels.EMPTY,
      parsed: Labels.EMPTY,
      level: 'info',
      traceId: '',
      spanId: '',
    }) as const;

  it('lets each line through once, and the same line as often as there are more of it', () => {
    const seen = new SeenLines(1000);
    expect(seen.fresh([line('a'), line('b'), line('a')], 0).map((one) => one.line)).toEqual(['a', 'b', 'a']);
    expect(seen.fresh([line('a'), line('b'), line('a')], 1)).toEqual([]);
    expect(seen.fresh([line('a'), line('a'), line('a')], 2).map((one) => one.line)).toEqual(['a']);
    expect(seen.fresh([line('a')], 3)).toEqual([]);
    // What was not seen for long is forgotten.
    seen.fresh([], 2000);
    expect(seen.fresh([line('a')], 2001)).toHaveLength(1);
  });
});
