import { FUNC, type GoSignature, type GoType } from './go-type.ts';

/**
 * Values of templates. Plain JavaScript stands for most of Go: strings, booleans, `number` = float64, `bigint` = int,
 * arrays = `[]interface {}` (`[]string` when all items are strings), plain objects and Maps = `map[string]interface {}`,
 * `null` = nil, `undefined` = no value. What has another type in Go is an instance of one of the classes below.
 *
 * Bytes that are not UTF-8 stand in strings as lone surrogates U+DC80 to U+DCFF.
 */
export abstract class GoValue {
  constructor(readonly type: GoType) {}
}

/** Integers other than `int`: `int64`, `uint8`, `time.Duration` (nanoseconds), `time.Month`, … */
export class GoInt extends GoValue {
  constructor(
    type: GoType,
    readonly value: bigint,
  ) {
    super(type);
  }
}

/** Named strings: `template.HTML`, `template.URL`, … */
export class GoString extends GoValue {
  constructor(
    type: GoType,
    readonly value: string,
  ) {
    super(type);
  }
}

/** Slices of a declared type; null items: the nil slice. */
export class GoSlice extends GoValue {
  readonly items: readonly unknown[];
  readonly isNil: boolean;

  constructor(type: GoType, items: readonly unknown[] | null) {
    super(type);
    this.items = items ?? [];
    this.isNil = items === null;
  }
}

/** Maps of a declared type with string keys; null entries: the nil map. */
export class GoMap extends GoValue {
  readonly entries: ReadonlyMap<string, unknown>;
  readonly isNil: boolean;

  constructor(type: GoType, entries: ReadonlyMap<string, unknown> | null) {
    super(type);
    this.entries = entries ?? new Map();
    this.isNil = entries === null;
  }
}

/** Structs, and pointers to them where the type says so. Every field of the type has a value. */
export class GoStruct extends GoValue {
  constructor(
    type: GoType,
    readonly values: Readonly<Record<string, unknown>>,
  ) {
    super(type);
  }
}

/** A function as a value (the builtin `call`) and as an entry of a function table. */
export class GoFunction extends GoValue {
  constructor(
    readonly signature: GoSignature,
    /** Throws FunctionError to fail. */
    readonly call: (args: readonly unknown[]) => unknown,
  ) {
    super(FUNC);
  }
}

/** Function tables: names to functions. Tables combine by spreading their entries into a new Map, later ones win. */
export type FunctionTable = ReadonlyMap<string, GoFunction>;

/** A function of a table; `call` gets its arguments checked and converted to the parameters' types. */
export function goFunction(
  params: readonly GoType[],
  call: (args: readonly unknown[]) => unknown,
  options: { readonly variadic?: boolean } = {},
): GoFunction {
  return new GoFunction({ params, variadic: options.variadic ?? false }, call);
}
