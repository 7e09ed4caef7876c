import type { LogTailMessage } from '@petrel/api/contract/logs.ts';
import { useCallback, useEffect, useReducer, useState } from 'react';
import type { LogQuery } from '../data.ts';
import { askLines, tailUrl, toNs } from '../data.ts';
import type { TailBuffer } from './tail-buffer.ts';
import { EMPTY_TAIL, MAX_TAIL_LINES, stepTail } from './tail-buffer.ts';

export type TailState =
  | { readonly kind: 'connecting' | 'open' }
  | { readonly kind: 'waiting'; readonly seconds: number }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface Tail {
  readonly buffer: TailBuffer;
  readonly state: TailState;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly clear: () => void;
  /** Connects again after a failure. */
  readonly retry: () => void;
}

/** The newest lines that are shown at first. */
const FIRST_LINES = 100;
/** Lines come one by one, a screen is drawn four times a second. */
const DRAW_EVERY_MS = 250;
const RETRY_SECONDS = [1, 2, 5, 10, 30];

/** Follows a query until the page that shows it goes; a connection that is lost is made again. */
export function useTail({ query, language }: LogQuery): Tail {
  const [buffer, dispatch] = useReducer(stepTail, EMPTY_TAIL);
  const [state, setState] = useState<TailState>({ kind: 'connecting' });
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` connects again
  useEffect(() => {
    const connection = new TailConnection({ query, language }, setState, (messages) =>
      dispatch({ kind: 'messages', messages }),
    );
    connection.open();
    return () => connection.close();
  }, [query, language, attempt]);

  return {
    buffer,
    state,
    pause: useCallback(() => dispatch({ kind: 'pause' }), []),
    resume: useCallback(() => dispatch({ kind: 'resume' }), []),
    clear: useCallback(() => dispatch({ kind: 'clear' }), []),
    retry: useCallback(() => setAttempt((last) => last + 1), []),
  };
}

class TailConnection {
  readonly #query: LogQuery;
  readonly #onState: (state: TailState) => void;
  readonly #onMessages: (messages: readonly LogTailMessage[]) => void;
  #socket: WebSocket | undefined;
  #kept: LogTailMessage[] = [];
  #drawing: ReturnType<typeof setInterval> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #newest: bigint | undefined;
  #closed = false;

  constructor(
    query: LogQuery,
    onState: (state: TailState) => void,
    onMessages: (messages: readonly LogTailMessage[]) => void,
  ) {
    this.#query = query;
    this.#onState = onState;
    this.#onMessages = onMessages;
  }

  open(): void {
    if (this.#closed) return;
    this.#onState({ kind: 'connecting' });
    this.#drawing ??= setInterval(() => this.#draw(), DRAW_EVERY_MS);
    const newest = this.#newest;
    // After a break it goes on behind the last line that is there.
    const from =
      newest === undefined ? { limit: FIRST_LINES } : { limit: MAX_TAIL_LINES, startNs: String(newest + 1n) };
    const socket = new WebSocket(tailUrl(this.#query, from));
    this.#socket = socket;
    socket.onopen = () => {
      this.#failures = 0;
      this.#onState({ kind: 'open' });
    };
    socket.onmessage = (event: MessageEvent<string>) => {
      const message = JSON.parse(event.data) as LogTailMessage;
      const last = message.lines.at(-1);
      if (last !== undefined) this.#newest = BigInt(last.tsNs);
      this.#kept.push(message);
    };
    socket.onclose = () => {
      if (!this.#closed) void this.#lost();
    };
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#drawing);
    clearTimeout(this.#retry);
    this.#socket?.close(1000);
  }

  #draw(): void {
    if (this.#kept.length === 0) return;
    this.#onMessages(this.#kept);
    this.#kept = [];
  }

  /** A browser does not tell why a connection was refused; the same query asked for one line does. */
  async #lost(): Promise<void> {
    const seconds = RETRY_SECONDS[Math.min(this.#failures++, RETRY_SECONDS.length - 1)] ?? 30;
    const nowMs = Date.now();
    const probe = { startNs: toNs(nowMs - 60_000), endNs: toNs(nowMs), direction: 'backward', limit: 1 } as const;
    try {
      await askLines({ ...this.#query, ...probe });
    } catch (error) {
      if (this.#closed) return;
      const refused = error instanceof Error && 'status' in error && error.status === 400;
      if (refused) return this.#onState({ kind: 'failed', error });
    }
    if (this.#closed) return;
    this.#onState({ kind: 'waiting', seconds });
    this.#retry = setTimeout(() => this.open(), seconds * 1000);
  }
}
