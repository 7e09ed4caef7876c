/** Called for each frame: bytes `[from, to)` are one message, valid until the call returns. */
export type FrameHandler = (bytes: Uint8Array, from: number, to: number) => void;

const NUL = 0x00;
const LINE_FEED = 0x0a;
const SPACE = 0x20;
const LESS = 0x3c;

/** A count has at most this many digits; what is longer is no count. */
const MAX_COUNT_DIGITS = 9;
const NOTHING = new Uint8Array(0);

/**
 * Cuts the stream of a TCP connection into messages (RFC 6587). Each is framed by itself: a number, a space and `<` in front announce its length; else it ends at a line
 * feed or a NUL. Messages longer than `maxMessageBytes` are cut to that, and what is left of them is passed over.
 */
export class SyslogFrames {
  #held: Uint8Array = NOTHING;
  /** Bytes of what is held that hold no end. */
  #scanned = 0;
  /** Counted bytes that are still to be passed over. */
  #skip = 0;
  /** Passing over until the end of a line. */
  #skipLine = false;

  constructor(private readonly maxMessageBytes: number) {}

  /** Whether the last message has not ended. */
  get isWithinMessage(): boolean {
    return this.#held.length > 0 || this.#skip > 0 || this.#skipLine;
  }

  /** Takes the next bytes and hands over the messages that they complete. */
  push(chunk: Uint8Array, handle: FrameHandler): void {
    let bytes = chunk;
    if (this.#held.length > 0) {
      bytes = new Uint8Array(this.#held.length + chunk.length);
      bytes.set(this.#held);
      bytes.set(chunk, this.#held.length);
    }
    const rest = this.#cut(bytes, handle);
    this.#held = rest === bytes.length ? NOTHING : bytes.slice(rest);
  }

  /** The connection has ended: what is left is a message, too. */
  end(handle: FrameHandler): void {
    if (this.#held.length > 0) handle(this.#held, 0, this.#held.length);
    this.#held = NOTHING;
  }

  /** Returns where the bytes start that complete nothing. */
  #cut(bytes: Uint8Array, handle: FrameHandler): number {
    let at = 0;
    for (;;) {
      at = this.#passOver(bytes, at);
      while (at < bytes.length && isEnd(bytes[at] as number)) at++;
      if (at >= bytes.length) return bytes.length;
      const count = readCount(bytes, at);
      if (count === 'more') return at;
      const next = count === undefined ? this.#line(bytes, at, handle) : this.#counted(bytes, count, handle);
      if (next === undefined) return at;
      at = next;
    }
  }

  #passOver(bytes: Uint8Array, at: number): number {
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, bytes.length - at);
      this.#skip -= skipped;
      return at + skipped;
    }
    if (!this.#skipLine) return at;
    const end = endOfLine(bytes, at);
    this.#skipLine = end === bytes.length;
    return end;
  }

  #counted(bytes: Uint8Array, { size, from }: Count, handle: FrameHandler): number | undefined {
    const taken = Math.min(size, this.maxMessageBytes);
    if (bytes.length - from < taken) return undefined;
    handle(bytes, from, from + taken);
    this.#skip = size - taken;
    return from + taken;
  }

  #line(bytes: Uint8Array, at: number, handle: FrameHandler): number | undefined {
    const end = endOfLine(bytes, at + this.#scanned);
    const taken = Math.min(end, at + this.maxMessageBytes);
    if (end === bytes.length && taken === end) {
      this.#scanned = end - at;
      return undefined;
    }
    this.#scanned = 0;
    handle(bytes, at, taken);
    this.#skipLine = taken < end;
    return taken;
  }
}

interface Count {
  readonly size: number;
  /** Where the message starts. */
  readonly from: number;
}

/** The count in front of a message; 'more' where the bytes end too early to tell. */
function readCount(bytes: Uint8Array, at: number): Count | 'more' | undefined {
  let size = 0;
  for (let i = at; i <= at + MAX_COUNT_DIGITS; i++) {
    if (i >= bytes.length) return 'more';
    const byte = bytes[i] as number;
    if (byte === SPACE && i > at) {
      if (i + 1 >= bytes.length) return 'more';
      return bytes[i + 1] === LESS ? { size, from: i + 1 } : undefined;
    }
    if (byte < 0x30 || byte > 0x39 || (byte === 0x30 && i === at)) return undefined;
    size = size * 10 + byte - 0x30;
  }
  return undefined;
}

function endOfLine(bytes: Uint8Array, from: number): number {
  let i = from;
  while (i < bytes.length && !isEnd(bytes[i] as number)) i++;
  return i;
}

function isEnd(byte: number): boolean {
  return byte === LINE_FEED || byte === NUL;
}
