import type { LogLineView } from '@petrel/api/contract/logs.ts';
import type { FieldOrigin } from '../query-edit/field-filter.ts';
import { logqlName } from '../query-edit/logql-edit.ts';
import type { DocumentField, JsonToken } from './json-tokens.ts';
import { flattenDocument, jsonTokens } from './json-tokens.ts';
import { parseLogfmt } from './logfmt-line.ts';

/** What a line says: its message, and the fields that stand in the line itself. */
export interface LineContent {
  readonly kind: 'json' | 'logfmt' | 'text';
  /** The whole line where it has no field that is known as a message. */
  readonly message: string;
  /** Whether `message` is a field, and `fields` has more to say. */
  readonly hasMessage: boolean;
  /** All, in their order. */
  readonly fields: readonly DocumentField[];
  /** Of JSON. */
  readonly tokens: readonly JsonToken[];
}

/** A field of a line, wherever it stands. */
export interface LineField {
  readonly name: string;
  readonly value: string;
  readonly from: FieldOrigin;
}

const MESSAGE_NAMES = ['message', 'msg', '@message', 'log', 'body', 'event', 'error', 'err', 'error.message'];
/** Shown beside the line, or of no use on one row. */
const HIDDEN_NAMES: ReadonlySet<string> = new Set([
  'timestamp',
  '@timestamp',
  'time',
  'ts',
  'level',
  'severity',
  'lvl',
  'log.level',
  'stacktrace',
  'stack',
  'trace_id',
  'traceid',
  'span_id',
  'spanid',
]);

const contents = new WeakMap<LogLineView, LineContent>();

/** Read once a line, when it is shown. */
export function contentOf(view: LogLineView): LineContent {
  const kept = contents.get(view);
  if (kept !== undefined) return kept;
  const content = readLine(view.line);
  contents.set(view, content);
  return content;
}

export function readLine(line: string): LineContent {
  const tokens = jsonTokens(line);
  if (tokens !== undefined) return withMessage('json', line, flattenDocument(tokens), tokens);
  const pairs = parseLogfmt(line);
  if (pairs !== undefined) return withMessage('logfmt', line, pairs, []);
  return { kind: 'text', message: line, hasMessage: false, fields: [], tokens: [] };
}

/** The fields that go on the row behind the message: short, and not said elsewhere on it. */
export function compactFields(view: LogLineView, content: LineContent): readonly DocumentField[] {
  if (!content.hasMessage) return [];
  return content.fields.filter(({ name, value }) => {
    const lower = name.toLowerCase();
    if (value === content.message || HIDDEN_NAMES.has(lower) || value === '' || value === 'null') return false;
    return view.stream[name] !== value;
  });
}

/** Every field of a line: of its stream, its metadata, what the query extracted, and the line's own; what a parser only read off the line stands there once. */
export function fieldsOf(view: LogLineView): readonly LineField[] {
  const content = contentOf(view);
  const from = (record: Readonly<Record<string, string>>, origin: FieldOrigin): LineField[] =>
    Object.entries(record).map(([name, value]) => ({ name, value, from: origin }));
  const own = content.kind;
  const known = new Set(content.fields.map(({ name, value }) => `${logqlName(name)}=${value}`));
  const extracted = Object.entries(view.parsed).filter(
    ([name, value]) => !known.has(`${name.replace(/_extracted$/, '')}=${value}`),
  );
  return [
    ...from(view.stream, 'stream'),
    ...from(view.metadata, 'metadata'),
    ...from(Object.fromEntries(extracted), 'parsed'),
    ...(own === 'text' ? [] : content.fields.map(({ name, value }) => ({ name, value, from: own }))),
  ];
}

/** The value of a name, looked for in the line first; '' where there is none. */
export function fieldValueOf(view: LogLineView, name: string): string {
  const own = contentOf(view).fields.find((field) => field.name === name);
  return own?.value ?? view.parsed[name] ?? view.metadata[name] ?? view.stream[name] ?? '';
}

function withMessage(
  kind: 'json' | 'logfmt',
  line: string,
  fields: readonly DocumentField[],
  tokens: readonly JsonToken[],
): LineContent {
  for (const name of MESSAGE_NAMES) {
    const field = fields.find((one) => one.name.toLowerCase() === name && one.type !== 'list' && one.value !== '');
    if (field !== undefined) return { kind, message: field.value, hasMessage: true, fields, tokens };
  }
  return { kind, message: line, hasMessage: false, fields, tokens };
}
