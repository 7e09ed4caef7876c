import { setTimeout as sleep } from 'node:timers/promises';
import { PetrelError } from '@petrel/model';
import type { LogPlan, LogResultLine } from '@petrel/query/logql/index.ts';
import type { LogsApiPorts } from '../port.ts';
import { laterNs, nsOfMs } from '../times.ts';
import { SeenLines } from './seen-lines.ts';
import { NOTHING_DROPPED, type TailBatch, withDropped } from './tail-route.ts';

export interface FollowRequest {
  readonly plan: LogPlan;
  /** Lines from before are not shown. */
  readonly startNs: bigint;
  /** Of the lines that are there already at most so many, the newest. */
  readonly limit: number;
  /** Lines are held back for so long, so that those of slow senders can be put among them. */
  readonly delayMs: number;
  readonly signal: AbortSignal;
}

export interface FollowTimes {
  readonly pollMs: number;
  /** A line becomes visible some time after it was received: what was received so long before is looked at again. */
  readonly overlapMs: number;
  /** Once in so many looks further back, for what took very long. */
  readonly longLookEvery: number;
  readonly longOverlapMs: number;
}

export const FOLLOW_TIMES: FollowTimes = { pollMs: 250, overlapMs: 2_000, longLookEvery: 20, longOverlapMs: 15_000 };

/** Clocks of senders differ; a line may come from the future. */
const AHEAD_MS = 3_600_000;
/** Lines that come so much later than they say they were written are not shown. */
const LATE_MS = 3_600_000;
/** More lines at once nobody reads, and the wire has to carry them. */
const MAX_LINES = 1_000;
/** So many are read at one look, to know how many were left out. */
const MAX_READ = 10_000;
const RETRY_MS = 1_000;

/**
 * Lines as they come in, oldest first within a batch: first the newest of those that are there, then whatever the store receives. Works by asking again and again, so it does not matter who received a line. Ends when the
 * signal aborts; throws PetrelError for what does not pass by itself.
 */
export async function* followLogs(
  { engine, nowMs }: Pick<LogsApiPorts, 'engine' | 'nowMs'>,
  request: FollowRequest,
  times: FollowTimes = FOLLOW_TIMES,
): AsyncGenerator<TailBatch, void, undefined> {
  const { plan, startNs, limit, signal } = request;
  const seen = new SeenLines(2 * times.longOverlapMs);
  const held = new HeldLines(request.delayMs);
  let sinceMs = nowMs();
  const history = await retried(signal, () =>
    engine.logs({ plan, startNs, endNs: nsOfMs(sinceMs + AHEAD_MS), limit, direction: 'backward', signal }),
  );
  if (history === undefined) return;
  const first = seen.fresh(history.lines, sinceMs).reverse();
  if (first.length > 0) yield { lines: first, dropped: NOTHING_DROPPED };
  // What is older than the history's oldest line was left out of it on purpose.
  const fromNs = history.lines.length === limit ? (history.lines.at(-1)?.tsNs ?? startNs) : startNs;
  for (let look = 1; await wait(times.pollMs, signal); look++) {
    const atMs = nowMs();
    const overlapMs = look % times.longLookEvery === 0 ? times.longOverlapMs : times.overlapMs;
    const lateNs = nsOfMs(atMs - LATE_MS);
    const found = await retried(signal, () =>
      readNew(engine, {
        plan,
        startNs: laterNs(fromNs, lateNs),
        endNs: nsOfMs(atMs + AHEAD_MS),
        receivedAfterMs: sinceMs - overlapMs,
        signal,
      }),
    );
    if (found === undefined) return;
    sinceMs = atMs;
    const fresh = seen.fresh(found, atMs);
    const shown = fresh.slice(0, MAX_LINES).reverse();
    const left = fresh.slice(MAX_LINES).reverse();
    const lines = held.pass(shown, atMs);
    if (lines.length > 0 || left.length > 0) yield { lines, dropped: withDropped(NOTHING_DROPPED, left) };
  }
}

type ReadRequest = Omit<Parameters<LogsApiPorts['engine']['lines']>[0], 'direction' | 'expected'>;

/** Newest first. */
async function readNew(engine: LogsApiPorts['engine'], request: ReadRequest): Promise<readonly LogResultLine[]> {
  const lines: LogResultLine[] = [];
  for await (const block of engine.lines({ ...request, direction: 'backward', expected: MAX_LINES })) {
    lines.push(...block.slice(0, MAX_READ - lines.length));
    if (lines.length >= MAX_READ) break;
  }
  return lines;
}

class HeldLines {
  #held: { readonly line: LogResultLine; readonly atMs: number }[] = [];

  constructor(private readonly delayMs: number) {}

  /** Takes lines in, gives those out that were held for long enough, by time. */
  pass(lines: readonly LogResultLine[], nowMs: number): readonly LogResultLine[] {
    if (this.delayMs === 0) return lines;
    this.#held.push(...lines.map((line) => ({ line, atMs: nowMs })));
    const due = this.#held.filter(({ atMs }) => atMs <= nowMs - this.delayMs);
    this.#held = this.#held.filter(({ atMs }) => atMs > nowMs - this.delayMs);
    return due.map(({ line }) => line).sort((a, b) => (a.tsNs < b.tsNs ? -1 : a.tsNs > b.tsNs ? 1 : 0));
  }
}

/** False when the signal aborted. */
async function wait(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

/** Until it succeeds: a store that is away comes back. Undefined when the signal aborted. */
async function retried<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T | undefined> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof PetrelError && error.retryable)) throw error;
      if (!(await wait(RETRY_MS, signal))) return undefined;
    }
  }
}
