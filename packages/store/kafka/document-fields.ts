/**
 * Where a JSON document says something: each a path of keys. The document is parsed once, into a tuple of these. The same names are known to the recognition of the other
 * doors (packages/wire/logs/known-keys.ts).
 */
const PATHS = {
  level: [
    ...[['level'], ['severity'], ['lvl'], ['log.level'], ['log', 'level'], ['loglevel'], ['log_level'], ['logLevel']],
    ...[['severity_text'], ['severityText'], ['levelname'], ['level_name'], ['@level'], ['@l'], ['Level'], ['LEVEL']],
  ],
  trace: [
    ...[['trace_id'], ['traceId'], ['traceid'], ['trace.id'], ['trace', 'id'], ['trace-id'], ['TraceId'], ['traceID']],
    ...[['dd.trace_id'], ['dd', 'trace_id'], ['otelTraceID'], ['otel', 'trace_id'], ['context', 'trace_id'], ['@tr']],
  ],
  span: [
    ...[['span_id'], ['spanId'], ['spanid'], ['span.id'], ['span', 'id'], ['span-id'], ['SpanId'], ['spanID']],
    ...[['dd.span_id'], ['dd', 'span_id'], ['otelSpanID'], ['otel', 'span_id'], ['context', 'span_id'], ['@sp']],
  ],
  service: [
    ...[['service', 'name'], ['service.name'], ['service'], ['service_name'], ['serviceName'], ['fields', 'service']],
    ...[['app'], ['application'], ['app_name'], ['kubernetes', 'labels', 'app_kubernetes_io/name']],
    ...[
      ['kubernetes', 'labels', 'app.kubernetes.io/name'],
      ['kubernetes', 'labels', 'app'],
    ],
    ...[
      ['kubernetes', 'container', 'name'],
      ['kubernetes', 'container_name'],
      ['container', 'name'],
    ],
  ],
  env: [['env'], ['environment'], ['service', 'environment'], ['fields', 'env'], ['fields', 'environment']],
  time: [['@timestamp'], ['timestamp'], ['time'], ['ts'], ['@t']],
  message: [['message'], ['msg'], ['@message'], ['@m'], ['log']],
} as const satisfies Record<string, readonly (readonly string[])[]>;

export type DocumentField = keyof typeof PATHS;

/** Positions in the tuple: every key at the top once, and every key below one as an element of a tuple of its own. */
interface TupleShape {
  readonly plain: string[];
  readonly nested: Map<string, TupleShape>;
}

const SHAPE: TupleShape = shapeOf(Object.values(PATHS).flat());

function shapeOf(paths: readonly (readonly string[])[]): TupleShape {
  const plain = new Set<string>();
  const below = new Map<string, string[][]>();
  for (const [first = '', ...rest] of paths) {
    if (rest.length === 0) plain.add(first);
    else below.set(first, [...(below.get(first) ?? []), rest]);
  }
  return { plain: [...plain], nested: new Map([...below].map(([key, rest]) => [key, shapeOf(rest)])) };
}

/** The type into which a document is read; keys that may be both a text and an object are read twice. */
export const TOP_TYPE = `Tuple(${SHAPE.plain.map((key) => `${backquoted(key)} String`).join(', ')})`;
export const NESTED_TYPE = nestedType(SHAPE);

function nestedType(shape: TupleShape): string {
  const members = [...shape.nested].map(([key, below]) => {
    const plain = below.plain.map((name) => `${backquoted(name)} String`);
    const inner = below.nested.size > 0 ? [nestedMembers(below)] : [];
    return `${backquoted(key)} Tuple(${[...plain, ...inner].join(', ')})`;
  });
  return `Tuple(${members.join(', ')})`;
}

function nestedMembers(shape: TupleShape): string {
  return nestedType(shape)
    .replace(/^Tuple\(/, '')
    .replace(/\)$/, '');
}

/** The first of a field's places that holds something, as an expression over the columns `top` and `nested`. */
export function fieldSql(field: DocumentField): string {
  const places = PATHS[field].map((path) => {
    const column = path.length === 1 ? 'top' : 'nested';
    return path.reduce<string>((value, key) => `tupleElement(${value}, '${key}')`, column);
  });
  // A message may be a document itself.
  if (field === 'message') return `arrayFirst(x -> x != '', [${places.join(', ')}])`;
  // An object under a key that is a text elsewhere is none.
  return `arrayFirst(x -> x != '' AND NOT startsWith(x, '{') AND NOT startsWith(x, '['), [${places.join(', ')}])`;
}

function backquoted(key: string): string {
  return `\`${key}\``;
}
