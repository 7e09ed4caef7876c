/** What a key of a document, of a logfmt line or of metadata says about its line. */
export type KnownField =
  | 'level'
  | 'severityNumber'
  | 'syslogSeverity'
  | 'traceId'
  | 'spanId'
  | 'service'
  | 'time'
  | 'message';

/** An object in a document that may hold what is looked for. */
export type KnownParent = 'log' | 'trace' | 'span' | 'service' | 'ids';

/**
 * Names in lower case; any case is recognised. Besides the names that most loggers use these are
 * ECS's (`log.level`, `trace.id`), hclog's and CLEF's (`@…`), Python's and monolog's (`levelname`, `level_name`), those of OpenTelemetry's log bridges,
 * Datadog's and B3's.
 */
const KEYS: Readonly<Record<KnownField, readonly string[]>> = {
  level: [
    'level',
    'severity',
    'lvl',
    'log.level',
    'loglevel',
    'log_level',
    'severity_text',
    'severitytext',
    'levelname',
    'level_name',
    'detected_level',
    '@level',
    '@l',
  ],
  severityNumber: ['severity_number', 'severitynumber'],
  syslogSeverity: ['priority', 'syslog_severity', 'syslog.severity', 'log.syslog.severity.code'],
  traceId: [
    'trace_id',
    'traceid',
    'trace.id',
    'trace-id',
    'oteltraceid',
    'dd.trace_id',
    'dd_trace_id',
    'x-b3-traceid',
    '@tr',
  ],
  spanId: ['span_id', 'spanid', 'span.id', 'span-id', 'otelspanid', 'dd.span_id', 'dd_span_id', 'x-b3-spanid', '@sp'],
  service: ['service', 'service.name', 'service_name', 'servicename'],
  time: ['timestamp', '@timestamp', 'time', 'ts', '@t'],
  message: ['message', 'msg', '@message', '@m', 'log'],
};

/** Objects of ECS, and those in which tracers put their ids. */
const PARENTS: Readonly<Record<KnownParent, readonly string[]>> = {
  log: ['log'],
  trace: ['trace'],
  span: ['span'],
  service: ['service'],
  ids: ['dd', 'otel', 'context', 'span_context', 'spancontext'],
};

/** What a key in such an object says; ids are there under the names that they have at the top. */
const IN_PARENT: Readonly<Record<KnownParent, Readonly<Partial<Record<string, KnownField>>>>> = {
  log: { level: 'level' },
  trace: { id: 'traceId' },
  span: { id: 'spanId' },
  service: { name: 'service' },
  ids: {},
};

interface KnownKey<T> {
  /** Bytes with 0x20 set, which folds letters. */
  readonly folded: Uint8Array;
  readonly meaning: T;
}

type Buckets<T> = readonly (readonly KnownKey<T>[] | undefined)[];

const MAX_KEY_BYTES = 32;

const FIELD_BUCKETS = bucketsOf(KEYS);
const PARENT_BUCKETS = bucketsOf(PARENTS);

/** By length times 32 and the lower five bits of the first byte; most keys of a document find nothing here. */
function bucketsOf<T extends string>(names: Readonly<Record<T, readonly string[]>>): Buckets<T> {
  const out: KnownKey<T>[][] = [];
  for (const meaning of Object.keys(names) as T[]) {
    for (const name of names[meaning]) {
      const folded = Uint8Array.from(name, (char) => char.charCodeAt(0) | 0x20);
      const slot = name.length * 32 + ((folded[0] as number) & 31);
      out[slot] ??= [];
      (out[slot] as KnownKey<T>[]).push({ folded, meaning });
    }
  }
  return Array.from({ length: MAX_KEY_BYTES * 32 }, (_, slot) => out[slot]);
}

function find<T>(buckets: Buckets<T>, bytes: Uint8Array, from: number, to: number): T | undefined {
  const size = to - from;
  if (size < 2 || size >= MAX_KEY_BYTES) return undefined;
  const bucket = buckets[size * 32 + ((bytes[from] as number) & 31)];
  if (bucket === undefined) return undefined;
  next: for (let k = 0; k < bucket.length; k++) {
    const { folded, meaning } = bucket[k] as KnownKey<T>;
    for (let i = 0; i < size; i++) if (((bytes[from + i] as number) | 0x20) !== folded[i]) continue next;
    return meaning;
  }
  return undefined;
}

/** What the key in bytes `[from, to)` is known as, at the top of a document. */
export function knownField(bytes: Uint8Array, from: number, to: number): KnownField | undefined {
  const field = find(FIELD_BUCKETS, bytes, from, to);
  // journald's PRIORITY is a severity, an application's `priority` need not be.
  if (field === 'syslogSeverity' && to - from === 8 && bytes[from] !== 0x50) return undefined;
  return field;
}

export function knownParent(bytes: Uint8Array, from: number, to: number): KnownParent | undefined {
  return find(PARENT_BUCKETS, bytes, from, to);
}

/** What a key means in an object under a known parent. */
export function knownFieldIn(parent: KnownParent, bytes: Uint8Array, from: number, to: number): KnownField | undefined {
  const own = to - from <= 5 ? IN_PARENT[parent][String.fromCharCode(...bytes.subarray(from, to))] : undefined;
  if (own !== undefined) return own;
  const field = parent === 'log' || parent === 'service' ? undefined : knownField(bytes, from, to);
  return field === 'traceId' || field === 'spanId' ? field : undefined;
}

const encoder = new TextEncoder();

/** The same as `knownField` for a name that is at hand as text. */
export function knownFieldOf(name: string): KnownField | undefined {
  const bytes = encoder.encode(name);
  return knownField(bytes, 0, bytes.length);
}
