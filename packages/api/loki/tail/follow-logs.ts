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
  /** After so long a look goes further: back, for what took very long to come in, and to lines that were written long before or bear a time to come. */
  readonly farEveryMs: number;
  readonly farOverlapMs: number;
}

export const FOLLOW_TIMES: FollowTimes = { pollMs: 250, overlapMs: 2_000, farEveryMs: 5_000, farOverlapMs: 15_000 };

/** Nearly every line comes within so long of being written; asking for no others is what makes a look cheap. */
const NEAR_MS = 300_000;
/** Lines that come so much later than they say they were written are not shown, nor are those of clocks that are so much ahead. */
const FAR_MS = 3_600_000;
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
  const seen = new SeenLines(4 * times.farOverlapMs);
  const held = new HeldLines(request.delayMs);
  let sinceMs = nowMs();
  let farMs = sinceMs;
  const read = (receivedAfterMs: number, atMs: number, reachMs: number) => {
    const range = { startNs: laterNs(startNs, nsOfMs(atMs - reachMs)), endNs: nsOfMs(atMs + reachMs) };
    return retried(signal, () => readNew(engine, { plan, ...range, receivedAfterMs, signal }));
  };
  // What the first looks go back over is not new, though the limit keeps it out of the history.
  const before = await read(sinceMs - times.farOverlapMs, sinceMs, FAR_MS);
  if (before === undefined) return;
  seen.fresh(before, sinceMs);
  const history = await retried(signal, () =>
    engine.logs({ plan, startNs, endNs: nsOfMs(sinceMs + FAR_MS), limit, direction: 'backward', signal }),
  );
  if (history === undefined) return;
  seen.fresh(history.lines, sinceMs);
  if (history.lines.length > 0) yield { lines: [...history.lines].reverse(), dropped: NOTHING_DROPPED };
  let tookMs = 0;
  // A store that is slow to answer is asked less often.
  while (await wait(Math.max(times.pollMs, 2 * tookMs), signal)) {
    const atMs = nowMs();
    const begunMs = performance.now();
    const isFar = atMs - farMs >= times.farEveryMs;
    const found = isFar
      ? await read(farMs - times.farOverlapMs, atMs, FAR_MS)
      : await read(sinceMs - times.overlapMs, atMs, NEAR_MS);
    if (found === undefined) return;
    tookMs = performance.now() - begunMs;
    sinceMs = atMs;
    if (isFar) farMs = atMs;
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
