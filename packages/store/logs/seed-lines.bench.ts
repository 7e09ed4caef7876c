import { Labels, type LogBatch } from '@petrel/model';

/** What the generator makes: seed-like JSON records of about 300 bytes, or plain lines of about 130. */
export interface SeedLinesOptions {
  readonly lines: number;
  readonly fromMs: number;
  readonly spanMs: number;
  /** Where in the span the first line stands. */
  readonly offset: number;
  readonly total: number;
  /** Of each ten lines, so many are JSON. */
  readonly jsonOfTen: number;
}

const SERVICES = [
  'order-service',
  'payment-service',
  'user-service',
  'cart-service',
  'gateway',
  'inventory',
  'search',
  'mailer',
];
const PODS = 6;
const LEVELS = ['INFO', 'INFO', 'INFO', 'INFO', 'INFO', 'INFO', 'INFO', 'DEBUG', 'DEBUG', 'WARN', 'ERROR'];
const LEVEL_CODES: Readonly<Record<string, number>> = { DEBUG: 2, INFO: 3, WARN: 4, ERROR: 5 };
const MESSAGES = [
  'order created',
  'payment accepted by the gateway',
  'cache miss, reading from the database',
  'request finished',
  'connection to upstream was reset, trying again',
  'user session was renewed',
  'inventory reserved for the order',
  'query took longer than expected',
];

/** A small generator of numbers, the same on every run. */
export class Chance {
  #a: number;

  constructor(seed: number) {
    this.#a = seed >>> 0;
  }

  next(): number {
    this.#a = (this.#a + 0x6d2b79f5) >>> 0;
    let t = this.#a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  below(n: number): number {
    return this.next() % n;
  }

  hex(words: number): string {
    let text = '';
    for (let i = 0; i < words; i++) text += this.next().toString(16).padStart(8, '0');
    return text;
  }
}

export const STREAMS: readonly Labels[] = SERVICES.flatMap((service) =>
  Array.from({ length: PODS }, (_, pod) =>
    Labels.of({ service, service_name: service, env: 'prod', pod: `${service}-${pod}`, job: 'varlogs' }),
  ),
);

/** The next lines of a day; a trace has about four of them. */
export function seedLines(chance: Chance, options: SeedLinesOptions): { batch: LogBatch; rawBytes: number } {
  const { lines, fromMs, spanMs, offset, total, jsonOfTen } = options;
  const streamOf = new Uint32Array(lines);
  const timestampsNs = new BigInt64Array(lines);
  const levels = new Uint8Array(lines);
  const bodies = new Texts(lines, lines * 380);
  const traces = new Texts(lines, lines * 32);
  const spans = new Texts(lines, lines * 16);
  const ends = new Uint32Array(lines);
  const values = new Texts(lines * 2, lines * 24);
  const nameOf = new Uint32Array(lines * 2);
  let pairs = 0;
  const open = Array.from({ length: 64 }, () => chance.hex(4));
  for (let i = 0; i < lines; i++) {
    const us = Math.floor((fromMs + ((offset + i) / total) * spanMs) * 1000);
    timestampsNs[i] = BigInt(us) * 1000n;
    const stream = chance.below(STREAMS.length);
    streamOf[i] = stream;
    const level = LEVELS[chance.below(LEVELS.length)] as string;
    levels[i] = LEVEL_CODES[level] as number;
    const slot = chance.below(64);
    if (chance.below(4) === 0) open[slot] = chance.hex(4);
    const trace = open[slot] as string;
    const span = chance.hex(2);
    traces.add(trace);
    spans.add(span);
    const message = MESSAGES[chance.below(MESSAGES.length)] as string;
    const service = SERVICES[Math.floor(stream / PODS)] as string;
    const time = new Date(us / 1000).toISOString();
    const durationMs = chance.below(900);
    if (chance.below(10) < jsonOfTen) {
      bodies.add(
        `{"timestamp":"${time}","level":"${level}","message":"${message}","service":"${service}","trace_id":"${trace}","span_id":"${span}","user_id":"u-${chance.below(200_000)}","request_id":"req-${chance.hex(2)}","fields":{"duration":${durationMs},"status":${level === 'ERROR' ? 500 : 200},"path":"/api/v1/orders/${chance.below(1_000_000)}"}}`,
      );
    } else {
      bodies.add(
        `${time} ${level} [worker-${chance.below(32)}] ${message} id=${chance.below(10_000_000)} took=${durationMs}ms trace=${trace}`,
      );
      values.add(`worker-${chance.below(32)}`);
      values.add(String(durationMs));
      nameOf[pairs++] = 0;
      nameOf[pairs++] = 1;
    }
    ends[i] = pairs;
  }
  return {
    rawBytes: bodies.used,
    batch: {
      length: lines,
      streams: STREAMS,
      streamOf,
      timestampsNs,
      levels,
      bodies,
      metadata: { ends, names: ['thread', 'took_ms'], nameOf, values },
      traceIds: traces,
      spanIds: spans,
    },
  };
}

class Texts {
  readonly ends: Uint32Array;
  bytes: Buffer;
  used = 0;
  #rows = 0;

  constructor(rows: number, bytes: number) {
    this.ends = new Uint32Array(rows);
    this.bytes = Buffer.alloc(bytes);
  }

  add(text: string): void {
    if (this.used + text.length > this.bytes.length) {
      const grown = Buffer.alloc(this.bytes.length * 2 + text.length);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.used += this.bytes.write(text, this.used, 'latin1');
    this.ends[this.#rows++] = this.used;
  }
}
