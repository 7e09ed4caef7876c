import { closestName } from './closest.ts';
import type { MapNode, Position, TreeNode } from './tree.ts';

/** What a value could not become: `INVALID` has been reported as an error, `OFF` as a warning, and the entry that holds it is left out. */
export const INVALID = Symbol('invalid');
export const OFF = Symbol('off');
export type Unusable = typeof INVALID | typeof OFF;

export function isUsable<T>(value: T | Unusable): value is T {
  return value !== INVALID && value !== OFF;
}

/** Where the decoding of one file stands: it collects what is found and knows where the file lies. */
export interface Reading {
  readonly file: string;
  /** Relative paths are joined with this folder. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  error(at: Position, path: string, message: string, allowed?: readonly string[]): void;
  warn(at: Position, path: string, message: string): void;
  /** A file that the configuration names; nobody has looked yet whether it exists. */
  refersTo(file: string, at: Position, path: string): void;
}

/** The place of one value: a node's position and path, for reporting. */
export interface Place {
  readonly reading: Reading;
  readonly path: string;
}

/** A kind of value: how it is read from a node, and how it is shown again. */
export interface Type<T> {
  /** For the reference and for messages: `duration`, `list of string`. */
  readonly name: string;
  decode(node: TreeNode, place: Place): T | Unusable;
  /** Plain data for the effective configuration; secrets come out hidden. Undefined: not shown. */
  encode(value: T): unknown;
  /** What an explicit null, or the absence of a required key, is refused with; without it a null is the same as an absent key. */
  readonly nullMessage?: string;
  /** A null entry of a list of these is left out, with this warning, instead of refused. */
  readonly nullWarning?: string;
  /** The values that are allowed, where these are few. */
  readonly choices?: readonly string[];
  /** The table that describes the inside, where there is one: for the reference. */
  readonly inner?: TableType;
}

export interface Field<T> {
  readonly presence: 'required' | 'default' | 'optional';
  readonly key: string;
  readonly type: Type<T>;
  readonly fallback?: T;
  readonly doc: string;
}

/** A field whose value is always there after decoding. */
export interface PresentField<T> extends Field<T> {
  readonly presence: 'required' | 'default';
}

/** The keys of another table, written at the same level. */
export interface InlineField<T> {
  readonly presence: 'inline';
  readonly table: Table<T>;
}

export function required<T>(key: string, type: Type<T>, doc: string): PresentField<T> {
  return { presence: 'required', key, type, doc };
}

export function field<T>(key: string, type: Type<T>, fallback: T, doc: string): PresentField<T> {
  return { presence: 'default', key, type, fallback, doc };
}

export function optional<T>(key: string, type: Type<T>, doc: string): Field<T> {
  return { presence: 'optional', key, type, doc };
}

export function inline<T>(table: Table<T>): InlineField<T> {
  return { presence: 'inline', table };
}

type Given<T> = Exclude<T, undefined>;

/** One row for each property of `T`: properties that may be absent take any field, the others one that is always there. */
export type Fields<T> = {
  readonly [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K>
    ? Field<Given<T[K]>> | InlineField<Given<T[K]>>
    : PresentField<Given<T[K]>> | InlineField<Given<T[K]>>;
};

/** A key that is understood and checked, and then not used; `warning` says so where it matters to the user. */
export interface AcceptedKey {
  readonly type: Type<unknown>;
  readonly doc: string;
  readonly warning?: string;
}

export function accepted<T>(type: Type<T>, doc: string, warning?: string): AcceptedKey {
  const row = { type: type as Type<unknown>, doc };
  return warning === undefined ? row : { ...row, warning };
}

/** Reports about a decoded table: the position is that of the key when it was written, else that of the table. */
export interface TableReport {
  readonly place: Place;
  has(key: string): boolean;
  error(key: string, message: string, allowed?: readonly string[]): void;
  warn(key: string, message: string): void;
  /** Position of the value of `key`, or of the table. */
  positionOf(key: string): Position;
}

export interface TableOptions<Raw, Out> {
  readonly accepted?: Readonly<Record<string, AcceptedKey>>;
  /** Rules between fields; called only when every field by itself is right. */
  check?(raw: Raw, report: TableReport): void;
  /** Turns what was written into what the program uses. */
  finish?(raw: Raw, report: TableReport): Out | Unusable;
  /** For a null or an empty entry in a list of these. */
  readonly nullMessage?: string;
}

/** What the reference needs to know of a table, whatever it decodes to. */
export interface TableType {
  readonly name: string;
  readonly rows: readonly ReferenceRow[];
}

export interface ReferenceRow {
  readonly key: string;
  readonly type: Type<unknown>;
  readonly presence: 'required' | 'default' | 'optional' | 'accepted';
  readonly fallback: unknown;
  readonly doc: string;
}

export interface Table<T> extends Type<T> {
  readonly inner: TableType;
  /** Decodes from a map that holds other keys as well; for `inline`. */
  decodeFrom(node: MapNode, place: Place): T | Unusable;
}

/**
 * A map with known keys. `fields` names for each property of the result its key, type, default and meaning; keys that stand in
 * neither `fields` nor `accepted` are errors that name the closest known key.
 */
export function table<Raw extends object, Out = Raw>(
  name: string,
  fields: Fields<Raw>,
  options: TableOptions<Raw, Out> = {},
): Table<Out> {
  const rows = Object.entries(fields) as [keyof Raw & string, Field<unknown> | InlineField<unknown>][];
  const inner: TableType = { name, rows: referenceRows(rows, options.accepted ?? {}) };
  const known = new Set(inner.rows.map((row) => row.key));

  function decodeFrom(node: MapNode, place: Place): Out | Unusable {
    const raw: Record<string, unknown> = {};
    let outcome: Unusable | undefined;
    for (const [property, row] of rows) {
      const value = row.presence === 'inline' ? row.table.decodeFrom(node, place) : decodeField(row, node, place);
      if (value === INVALID) outcome = INVALID;
      else if (value === OFF) outcome ??= OFF;
      else if (value !== undefined) raw[property] = value;
    }
    for (const [key, row] of Object.entries(options.accepted ?? {})) checkAccepted(key, row, node, place);
    if (outcome !== undefined) return outcome;
    const report = reportOf(node, place);
    options.check?.(raw as Raw, report);
    return options.finish === undefined ? (raw as unknown as Out) : options.finish(raw as Raw, report);
  }

  return {
    name,
    inner,
    ...(options.nullMessage === undefined ? {} : { nullMessage: options.nullMessage }),
    decodeFrom,
    decode(node, place) {
      if (node.kind !== 'map') return refuse(node, place, `expected a map (${name})`);
      for (const [key, { keyPosition }] of node.entries) {
        if (known.has(key)) continue;
        const closest = closestName(key, known);
        const hint = closest === undefined ? '' : `; did you mean ${closest}?`;
        place.reading.error(keyPosition, place.path, `field ${key} not found in type ${name}${hint}`, [...known]);
      }
      return decodeFrom(node, place);
    },
    encode: (value) => encodeRows(rows, value as Record<string, unknown>),
  };
}

function decodeField(row: Field<unknown>, node: MapNode, place: Place): unknown {
  const entry = node.entries.get(row.key);
  const at = { reading: place.reading, path: join(place.path, row.key) };
  if (entry !== undefined && isNull(entry.value) && row.type.nullMessage !== undefined) {
    return refuse(entry.value, at, row.type.nullMessage);
  }
  if (entry !== undefined && !isNull(entry.value)) return row.type.decode(entry.value, at);
  if (row.presence !== 'required') return row.fallback;
  place.reading.error(node.position, place.path, row.type.nullMessage ?? `${row.key} is missing`);
  return INVALID;
}

function checkAccepted(key: string, row: AcceptedKey, node: MapNode, place: Place): void {
  const entry = node.entries.get(key);
  if (entry === undefined) return;
  const path = join(place.path, key);
  if (!isNull(entry.value)) row.type.decode(entry.value, { reading: place.reading, path });
  if (row.warning !== undefined) place.reading.warn(entry.keyPosition, path, row.warning);
}

function reportOf(node: MapNode, place: Place): TableReport {
  const positionOf = (key: string): Position => node.entries.get(key)?.value.position ?? node.position;
  return {
    place,
    positionOf,
    has: (key) => node.entries.has(key),
    error: (key, message, allowed) => place.reading.error(positionOf(key), join(place.path, key), message, allowed),
    warn: (key, message) => place.reading.warn(positionOf(key), join(place.path, key), message),
  };
}

function referenceRows(
  rows: readonly [string, Field<unknown> | InlineField<unknown>][],
  extra: Readonly<Record<string, AcceptedKey>>,
): ReferenceRow[] {
  const own = rows.flatMap(([, row]): readonly ReferenceRow[] =>
    row.presence === 'inline' ? row.table.inner.rows : [{ ...row, fallback: row.fallback }],
  );
  const unused = Object.entries(extra).map(
    ([key, { type, doc }]): ReferenceRow => ({ key, type, presence: 'accepted', fallback: undefined, doc }),
  );
  return [...own, ...unused];
}

/** Leaves out what is absent or empty unless the default says something else, as Prometheus's own output does. */
function encodeRows(
  rows: readonly [string, Field<unknown> | InlineField<unknown>][],
  value: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [property, row] of rows) {
    const inside = value[property];
    if (inside === undefined) continue;
    if (row.presence === 'inline') {
      Object.assign(out, row.table.encode(inside));
      continue;
    }
    const shown = row.type.encode(inside);
    if (shown === undefined) continue;
    const saysMore = !isEmpty(inside) || (row.fallback !== undefined && !isEmpty(row.fallback));
    if (saysMore && !isEmptyMap(shown) && !(isEmpty(shown) && isEmpty(row.fallback))) out[row.key] = shown;
  }
  return out;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === 0 || value === '' || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** A section in which nothing differs from nothing. */
function isEmptyMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

export function isNull(node: TreeNode): boolean {
  return node.kind === 'scalar' && node.isNull;
}

/** Reports an error at a node and yields `INVALID`. */
export function refuse(node: TreeNode, place: Place, message: string, allowed?: readonly string[]): typeof INVALID {
  place.reading.error(node.position, place.path, message, allowed);
  return INVALID;
}

export function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
