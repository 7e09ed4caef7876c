import type { LogLineView } from '@petrel/api/contract/logs.ts';

/** A line with what the fixture knows of how it was made. */
export interface FixtureLine extends LogLineView {
  /** Milliseconds. */
  readonly ms: number;
  /** As the patterns' endpoint would find it. */
  readonly template: string;
}

/** Repeatable numbers in [0, 1). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Kind {
  readonly service: string;
  readonly weight: number;
  readonly level: string;
  readonly template: string;
  /** Makes the variable parts, one for each `<_>`. */
  readonly parts: (random: () => number) => readonly string[];
  readonly format: 'json' | 'logfmt' | 'text';
}

const pick = (random: () => number, list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? '';
const number = (random: () => number, to: number): string => String(Math.floor(random() * to));
const order = (random: () => number): string => `ord-${number(random, 90_000)}`;
const address = (random: () => number): string => `10.0.${number(random, 8)}.${number(random, 250)}`;

const KINDS: readonly Kind[] = [
  {
    service: 'order-service',
    weight: 40,
    level: 'info',
    format: 'json',
    template: 'order <_> created in <_> ms',
    parts: (r) => [order(r), number(r, 400)],
  },
  {
    service: 'order-service',
    weight: 9,
    level: 'debug',
    format: 'json',
    template: 'cache miss for cart <_>',
    parts: (r) => [number(r, 5000)],
  },
  {
    service: 'order-service',
    weight: 5,
    level: 'warn',
    format: 'json',
    template: 'retrying payment of <_>, attempt <_>',
    parts: (r) => [order(r), number(r, 4)],
  },
  {
    service: 'order-service',
    weight: 4,
    level: 'error',
    format: 'json',
    template: 'payment of <_> failed: connection to <_> refused',
    parts: (r) => [order(r), `payment-${number(r, 3)}:8080`],
  },
  {
    service: 'payment-service',
    weight: 22,
    level: 'info',
    format: 'json',
    template: 'charged card of user <_>',
    parts: (r) => [number(r, 900)],
  },
  {
    service: 'payment-service',
    weight: 2,
    level: 'fatal',
    format: 'json',
    template: 'ledger is not writable: <_>',
    parts: (r) => [pick(r, ['disk full', 'read only'])],
  },
  {
    service: 'auth',
    weight: 14,
    level: 'info',
    format: 'logfmt',
    template: 'login of <_> from <_>',
    parts: (r) => [pick(r, ['ada', 'grace', 'linus', 'ken']), address(r)],
  },
  {
    service: 'auth',
    weight: 3,
    level: 'warn',
    format: 'logfmt',
    template: 'wrong password of <_>',
    parts: (r) => [pick(r, ['ada', 'mallory'])],
  },
  {
    service: 'gateway',
    weight: 30,
    level: 'unknown',
    format: 'text',
    template: '<_> - - "GET /api/orders/<_> HTTP/1.1" <_> <_>',
    parts: (r) => [address(r), number(r, 9000), pick(r, ['200', '200', '200', '404']), number(r, 5000)],
  },
];

const TOTAL = KINDS.reduce((sum, kind) => sum + kind.weight, 0);
const LEVEL_NAMES: Readonly<Record<string, string>> = {
  info: 'INFO',
  debug: 'DEBUG',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'FATAL',
};

/** One line of a time, chosen among the kinds; errors come in a burst. */
export function makeLine(tsNs: bigint, random: () => number, burst: boolean): FixtureLine {
  let at = random() * TOTAL;
  const drawn = KINDS.find((kind) => {
    at -= kind.weight;
    return at < 0;
  });
  const kind = burst && random() < 0.5 ? (KINDS[3] as Kind) : (drawn ?? (KINDS[0] as Kind));
  const parts = kind.parts(random);
  let next = 0;
  const message = kind.template.replaceAll('<_>', () => parts[next++] ?? '');
  const traceId = random() < 0.6 ? hex(random, 32) : undefined;
  const pod = `${kind.service}-${number(random, 3)}`;
  const common = {
    tsNs: String(tsNs),
    ms: Number(tsNs / 1_000_000n),
    level: kind.level,
    template: kind.template,
    stream: { service_name: kind.service, service: kind.service, env: 'production', pod },
    parsed: {},
  };
  const level = kind.level === 'unknown' ? {} : { detected_level: kind.level };
  if (kind.format === 'text') return { ...common, line: message, metadata: { ...level, region: 'eu-1' } };
  if (kind.format === 'logfmt') {
    const line = `level=${kind.level} msg=${JSON.stringify(message)} took=${number(random, 90)}ms`;
    return { ...common, line, metadata: { ...level } };
  }
  const document = {
    timestamp: new Date(common.ms).toISOString(),
    level: LEVEL_NAMES[kind.level],
    message,
    service: kind.service,
    ...(traceId === undefined ? {} : { trace_id: traceId, span_id: hex(random, 16) }),
    user_id: number(random, 40),
    duration: Math.floor(random() * 1500),
    fields: { http: { status: pick(random, ['200', '201', '500']) }, cart: { items: Math.floor(random() * 9) } },
    ...(kind.level === 'error'
      ? { stacktrace: 'Error: refused\n    at pay (order.ts:41)\n    at main (order.ts:7)' }
      : {}),
  };
  return {
    ...common,
    line: JSON.stringify(document),
    metadata: level,
    ...(traceId === undefined ? {} : { traceId, spanId: document.span_id ?? '' }),
  };
}

/** `count` lines over the hour before `nowMs`, oldest first; some share a time. */
export function fixtureLines(nowMs: number, count: number): FixtureLine[] {
  const random = randomOf(7);
  const startNs = BigInt(nowMs - 3_600_000) * 1_000_000n;
  const times = Array.from(
    { length: count },
    () => startNs + BigInt(Math.floor(random() * 3_599_000)) * 1_000_000n + BigInt(Math.floor(random() * 1_000_000)),
  );
  times.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return times.map((tsNs, i) => {
    const share = i / count;
    const before = times[i - 1];
    return makeLine(i % 50 === 0 && before !== undefined ? before : tsNs, random, share > 0.7 && share < 0.76);
  });
}

function hex(random: () => number, length: number): string {
  return Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
}
