import { ApiError, postForLines } from '../../../shell/prometheus-api.ts';
import { Kept } from './kept.ts';

/** The lines of a rehearsal's or a sweep's answer. */
export type StreamEvent<R> =
  | { readonly event: 'progress'; readonly done: number; readonly total: number; readonly doing: string }
  | { readonly event: 'result'; readonly result: R }
  | { readonly event: 'error'; readonly error: string; readonly code: string };

export type RunState<R> =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'running';
      readonly startedMs: number;
      /** 0 to 1; undefined until the server says. */
      readonly share: number | undefined;
      readonly doing: string;
    }
  | { readonly kind: 'done'; readonly result: R }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'cancelled' };

export type OpenStream<R> = (body: unknown, signal: AbortSignal) => AsyncIterable<StreamEvent<R>>;

/** One computation on the server at a time: its progress, its result, and a way to stop it. */
export class StreamRun<R> {
  readonly state = new Kept<RunState<R>>({ kind: 'idle' });
  readonly #open: OpenStream<R>;
  #abort: AbortController | undefined;

  constructor(open: OpenStream<R>) {
    this.#open = open;
  }

  /** Resolves when the run has ended, however it ended; a run that still goes is stopped first. Never rejects. */
  async start(body: unknown, nowMs: number): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.state.set({ kind: 'running', startedMs: nowMs, share: undefined, doing: '' });
    try {
      for await (const event of this.#open(body, abort.signal)) {
        if (this.#abort !== abort) return;
        this.state.set(stateAfter(event, nowMs));
        if (event.event !== 'progress') return;
      }
      throw new ApiError('the answer ended without a result', 'internal', 0);
    } catch (error) {
      if (this.#abort !== abort) return;
      const failure = error instanceof Error ? error : new Error(String(error));
      this.state.set(abort.signal.aborted ? { kind: 'cancelled' } : { kind: 'failed', error: failure });
    } finally {
      if (this.#abort === abort) this.#abort = undefined;
    }
  }

  /** Closes the connection, which makes the server stop. */
  cancel(): void {
    this.#abort?.abort();
  }
}

/** A run of one of Petrel's own streaming endpoints. */
export function petrelRun<R>(path: string): StreamRun<R> {
  return new StreamRun((body, signal) => postForLines<StreamEvent<R>>(path, body, signal));
}

function stateAfter<R>(event: StreamEvent<R>, startedMs: number): RunState<R> {
  switch (event.event) {
    case 'progress': {
      const share = event.total > 0 ? Math.min(1, event.done / event.total) : undefined;
      return { kind: 'running', startedMs, share, doing: event.doing };
    }
    case 'result':
      return { kind: 'done', result: event.result };
    case 'error':
      return { kind: 'failed', error: new ApiError(event.error, event.code, 200) };
  }
}
