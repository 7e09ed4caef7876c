import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { encodeLokiPush, encodeSnappy, type LokiPushEntry } from '@petrel/wire';

/** A request as a client sends it: snappy over protobuf. */
export interface EncodedPush {
  readonly body: Uint8Array;
  readonly lines: number;
  /** Of the lines as text. */
  readonly rawBytes: number;
}

export interface LogLoad {
  readonly lines: number;
  /** The lines are spread evenly over `[startMs, startMs + spanMs)`. */
  readonly startMs: number;
  readonly spanMs: number;
}

/** Stands in exactly one line. */
export const RARE_WORD = 'xylophone';

const SERVICES = Array.from({ length: 20 }, (_, i) => (i === 0 ? 'checkout' : `service-${i}`));
const REQUEST_LINES = 2_000;
const LEVELS = ['DEBUG', 'INFO', 'INFO', 'INFO', 'INFO', 'INFO', 'INFO', 'INFO', 'WARN', 'ERROR'];
const MESSAGES = [
  'payment accepted for order {n} in {d} ms',
  'cache miss for key user:{n}:profile, loading from database',
  'GET /api/v1/orders/{n} 200 {d}ms',
  'POST /api/v1/orders 201 {d}ms',
  'connection pool has {d} idle connections of 100',
  'retrying request to inventory, attempt {d}',
  'published event OrderCreated {n} to topic orders',
  'slow query took {d} ms: SELECT * FROM orders WHERE customer_id = {n}',
  'upstream inventory answered 503 after {d} ms',
  'rate limit of client {n} is at {d} of 1000',
];

/**
 * Records shaped as the design document asks applications to log (JSON, about 300 bytes, a trace id of their own for three lines each), a fifth of them real lines from the samples
 * beside the project where these are there, each file a service of its own; in requests of 2,000 lines, in the order of time. The same numbers give the same lines.
 */
export class LogLines {
  readonly #random = xorshift(7);
  readonly #real = realLines();
  #trace = '';
  #made = 0;
  /** Of a line in the middle. */
  traceId = '';

  constructor(readonly load: LogLoad) {}

  get hasRealLines(): boolean {
    return this.#real.length > 0;
  }

  /** The next lines, at most so many; none when all are made. */
  next(lines: number): readonly EncodedPush[] {
    const requests: EncodedPush[] = [];
    const end = Math.min(this.load.lines, this.#made + lines);
    while (this.#made < end) requests.push(this.#request(Math.min(REQUEST_LINES, end - this.#made)));
    return requests;
  }

  #request(lines: number): EncodedPush {
    const streams = new Map<string, LokiPushEntry[]>();
    let rawBytes = 0;
    for (let i = 0; i < lines; i++) {
      const number = this.#made++;
      const tsMs = this.load.startMs + (number * this.load.spanMs) / this.load.lines;
      const real = this.#realLine(number);
      const service = real?.service ?? (SERVICES[this.#below(SERVICES.length)] as string);
      const line = real?.line ?? this.#record(number, service, tsMs);
      rawBytes += Buffer.byteLength(line);
      const entries = streams.get(service) ?? [];
      streams.set(service, entries);
      entries.push({ tsNs: BigInt(Math.floor(tsMs * 1000)) * 1000n, line });
    }
    const push = encodeLokiPush(
      [...streams].map(([service, entries]) => ({ labels: `{env="prod", service="${service}"}`, entries })),
    );
    return { body: encodeSnappy(push), lines, rawBytes };
  }

  #realLine(number: number): RealLine | undefined {
    return number % 5 === 4 ? this.#real[number % this.#real.length] : undefined;
  }

  #record(number: number, service: string, tsMs: number): string {
    if (number % 3 === 0) this.#trace = this.#hex(32);
    // The first of three lines with its id, and none of the real ones.
    const isMiddle = number === Math.floor(this.load.lines / 30) * 15;
    if (isMiddle) this.traceId = this.#trace;
    const message = (MESSAGES[this.#below(MESSAGES.length)] as string)
      .replace('{n}', String(this.#below(1_000_000)))
      .replace('{d}', String(this.#below(1_000)));
    return JSON.stringify({
      timestamp: new Date(tsMs).toISOString(),
      level: LEVELS[this.#below(LEVELS.length)],
      message: isMiddle ? `${message} ${RARE_WORD}` : message,
      service,
      trace_id: this.#trace,
      span_id: this.#hex(16),
      user_id: String(this.#below(100_000)),
      request_id: `req-${this.#hex(12)}`,
      duration: this.#below(2_000),
    });
  }

  #below(limit: number): number {
    return this.#random() % limit;
  }

  #hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += this.#random().toString(16).padStart(8, '0');
    return text.slice(0, digits);
  }
}

interface RealLine {
  readonly service: string;
  readonly line: string;
}

function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Of the samples in `../shared/conformance/logs`, read where they are; none where they are not. */
function realLines(): readonly RealLine[] {
  const folder = resolve('../shared/conformance/logs');
  if (!existsSync(folder)) return [];
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((file) => file.endsWith('.log')).sort();
  return files.flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .map((line) => ({ service: basename(file, '.log'), line: line.trimEnd() }))
      .filter(({ line }) => line !== ''),
  );
}
