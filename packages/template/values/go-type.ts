/**
 * The kinds that Go's rules distinguish here. `value` is the parameter that takes whatever comes, missing values
 * included (the builtins' parameters), `interface` is `interface {}`.
 */
export type GoKind =
  | 'bool'
  | 'int'
  | 'uint'
  | 'float'
  | 'string'
  | 'slice'
  | 'map'
  | 'struct'
  | 'func'
  | 'interface'
  | 'value';

export interface GoField {
  readonly name: string;
  /** The key in JSON. Absent: the name. */
  readonly json?: string;
  readonly type: GoType;
}

/** What a function or a method takes and does. Parameters hold values that were checked against their types. */
export interface GoSignature {
  readonly params: readonly GoType[];
  /** The last parameter may come any number of times; its type is that of one. */
  readonly variadic?: boolean;
  /** Set when Go could not call it from a template (several results); then the text of the error. */
  readonly unusable?: string;
}

export interface GoMethod extends GoSignature {
  /** Throws FunctionError to fail. */
  call(self: unknown, args: readonly unknown[]): unknown;
}

export interface GoType {
  /** As `%T` prints it, the star of pointers included. */
  readonly name: string;
  readonly kind: GoKind;
  /** Named types: the name of the type without one that has the same layout (`map[string]string` for KV). */
  readonly underlying?: string;
  /** Of slices and maps. */
  readonly elem?: GoType;
  /** Of structs, in order. */
  readonly fields?: readonly GoField[];
  readonly methods?: ReadonlyMap<string, GoMethod>;
  /** `String() string`: printing uses it at every depth. */
  readonly text?: (value: unknown) => string;
  /** `MarshalJSON`, as JSON text. */
  readonly json?: (value: unknown) => string;
  /** A pointer to a struct: printed `&{…}` by `%v`, and nil may stand for it. */
  readonly isPointer?: boolean;
}

function basic(name: string, kind: GoKind): GoType {
  return Object.freeze({ name, kind });
}

export const STRING = basic('string', 'string');
export const BOOL = basic('bool', 'bool');
export const INT = basic('int', 'int');
export const INT64 = basic('int64', 'int');
export const UINT8 = basic('uint8', 'uint');
export const UINT64 = basic('uint64', 'uint');
export const FLOAT64 = basic('float64', 'float');
export const ANY = basic('interface {}', 'interface');
export const VALUE = basic('reflect.Value', 'value');
export const FUNC = basic('func', 'func');

/** `[]elem`. */
export function sliceOf(elem: GoType): GoType {
  return Object.freeze({ name: `[]${elem.name}`, kind: 'slice', elem });
}

/** `map[string]elem`. */
export function mapOf(elem: GoType): GoType {
  return Object.freeze({ name: `map[string]${elem.name}`, kind: 'map', elem });
}

export const STRINGS = sliceOf(STRING);
export const ANYS = sliceOf(ANY);
export const STRING_MAP = mapOf(STRING);
export const ANY_MAP = mapOf(ANY);

/** Whether nil may stand for a value of the type. */
export function isNilable(type: GoType): boolean {
  return (
    type.kind === 'slice' ||
    type.kind === 'map' ||
    type.kind === 'interface' ||
    type.kind === 'value' ||
    type.kind === 'func' ||
    type.isPointer === true
  );
}

/** Whether a value of one type may be passed where the other is declared, as Go's assignability has it. */
export function isAssignable(from: GoType, to: GoType): boolean {
  if (to.kind === 'interface' || to.kind === 'value' || from.name === to.name) return true;
  // One of the two must be a type without a name, and both must have the same layout.
  if (from.underlying !== undefined && to.underlying !== undefined) return false;
  if (from.kind === 'string' || from.kind === 'int' || from.kind === 'uint' || from.kind === 'struct') {
    return `*${from.name}` === to.name || from.name === `*${to.name}`;
  }
  return (from.underlying ?? from.name) === (to.underlying ?? to.name);
}
