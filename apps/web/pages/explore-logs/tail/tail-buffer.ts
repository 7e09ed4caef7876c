import type { LogLineView, LogTailMessage } from '@petrel/api/contract/logs.ts';

/** What a live tail shows and what waits behind its pause. */
export interface TailBuffer {
  /** Newest first. */
  readonly lines: readonly LogLineView[];
  /** Came while it was paused; newest first. */
  readonly waiting: readonly LogLineView[];
  readonly paused: boolean;
  /** Lines that the server left out. */
  readonly dropped: number;
  /** Lines that came in all. */
  readonly received: number;
}

export type TailAction =
  | { readonly kind: 'messages'; readonly messages: readonly LogTailMessage[] }
  | { readonly kind: 'pause' | 'resume' | 'clear' };

export const EMPTY_TAIL: TailBuffer = { lines: [], waiting: [], paused: false, dropped: 0, received: 0 };

/** Older lines go when there are more: a tail may stay open for days. */
export const MAX_TAIL_LINES = 2000;

export function stepTail(buffer: TailBuffer, action: TailAction): TailBuffer {
  switch (action.kind) {
    case 'messages': {
      const added: LogLineView[] = [];
      let dropped = buffer.dropped;
      for (const message of action.messages) {
        added.push(...message.lines);
        dropped += message.dropped;
      }
      const received = buffer.received + added.length;
      added.reverse();
      return buffer.paused
        ? { ...buffer, dropped, received, waiting: bounded(added, buffer.waiting) }
        : { ...buffer, dropped, received, lines: bounded(added, buffer.lines) };
    }
    case 'pause':
      return { ...buffer, paused: true };
    case 'resume':
      return { ...buffer, paused: false, waiting: [], lines: bounded(buffer.waiting, buffer.lines) };
    case 'clear':
      return { ...buffer, lines: [], waiting: [] };
  }
}

function bounded(newer: readonly LogLineView[], older: readonly LogLineView[]): readonly LogLineView[] {
  return [...newer, ...older].slice(0, MAX_TAIL_LINES);
}
