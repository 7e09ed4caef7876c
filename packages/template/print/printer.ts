import { FunctionError } from '../template-error.ts';
import { GoFunction, GoInt, GoMap, GoSlice, GoString, GoStruct, GoValue } from '../values/go-value.ts';
import { itemsOf, mapOfValue, sortedKeys, typeOf } from '../values/inspect.ts';
import { pad, type Spec } from './printf-spec.ts';
import { formatBool, formatInteger, formatNumber, formatString } from './verbs.ts';

/** What `%p` shows and pointers inside other values look like: addresses say nothing here, and output stays the same. */
const ADDRESS = '0xc000000000';

/** Verbs for which a value's String method speaks. */
const TEXT_VERBS = 'vsxXq';

/** Prints values as Go's fmt does. Throws FunctionError when the text grows past the limit. */
export class Printer {
  private parts: string[] = [];
  private length = 0;

  constructor(private readonly maxLength: number) {}

  /** Everything written so far. */
  get text(): string {
    return this.parts.join('');
  }

  write(text: string): void {
    this.length += text.length;
    if (this.length > this.maxLength) throw new FunctionError(`text exceeds ${this.maxLength} characters`);
    this.parts.push(text);
  }

  /** One argument; null and undefined are nil. */
  argument(value: unknown, spec: Spec): void {
    const type = typeOf(value);
    if (type === undefined) {
      if (spec.verb === 'v') this.write(pad('<nil>', spec, true));
      else if (spec.verb === 'T') this.write(pad('<nil>', spec, true));
      else this.badVerb(value, spec);
      return;
    }
    if (spec.verb === 'T') this.write(formatString(type.name, { ...spec, verb: 's' }) as string);
    else if (spec.verb === 'p') {
      if (type.kind === 'map' || type.kind === 'slice' || type.kind === 'func' || type.isPointer) {
        this.write(pad(ADDRESS, spec, true));
      } else this.badVerb(value, spec);
    } else this.value(value, spec, 0);
  }

  private badVerb(value: unknown, spec: Spec): void {
    const type = typeOf(value);
    this.write(`%!${spec.verb}(${type === undefined ? '<nil>' : `${type.name}=`}`);
    if (type !== undefined) this.value(value, { ...spec, verb: 'v' }, 0, true);
    this.write(')');
  }

  private value(value: unknown, spec: Spec, depth: number, isError = false): void {
    if (value === null || value === undefined) {
      this.write(spec.goSyntax ? 'interface {}(nil)' : '<nil>');
      return;
    }
    if (value instanceof GoValue && value.type.text !== undefined && !isError && !spec.goSyntax) {
      if (TEXT_VERBS.includes(spec.verb)) {
        this.write(formatString(value.type.text(value), spec) as string);
        return;
      }
    }
    const text = scalarText(value, spec);
    if (text === null) this.composite(value, spec, depth);
    else if (text === undefined) this.badVerb(value, spec);
    else this.write(text);
  }

  private composite(value: unknown, spec: Spec, depth: number): void {
    if (value instanceof GoStruct) {
      if (value.type.isPointer !== true) this.struct(value, spec, depth);
      else if (depth > 0) this.write(pad(spec.goSyntax ? `(${value.type.name})(${ADDRESS})` : ADDRESS, spec));
      else {
        this.write('&');
        this.struct(value, spec, depth);
      }
      return;
    }
    const items = itemsOf(value);
    if (items !== undefined) this.slice(value, items, spec, depth);
    else if (mapOfValue(value) !== undefined) this.map(value, spec, depth);
    else this.write(value instanceof GoFunction ? ADDRESS : '{}');
  }

  private slice(value: unknown, items: readonly unknown[], spec: Spec, depth: number): void {
    const { goSyntax } = spec;
    if (goSyntax) this.write(typeOf(value)?.name ?? '');
    if (goSyntax && value instanceof GoSlice && value.isNil) {
      this.write('(nil)');
      return;
    }
    this.write(goSyntax ? '{' : '[');
    for (const [i, item] of items.entries()) {
      if (i > 0) this.write(goSyntax ? ', ' : ' ');
      this.value(item, spec, depth + 1);
    }
    this.write(goSyntax ? '}' : ']');
  }

  private map(value: unknown, spec: Spec, depth: number): void {
    const { goSyntax } = spec;
    const view = mapOfValue(value);
    if (view === undefined) return;
    if (goSyntax) this.write(typeOf(value)?.name ?? '');
    if (goSyntax && value instanceof GoMap && value.isNil) {
      this.write('(nil)');
      return;
    }
    this.write(goSyntax ? '{' : 'map[');
    for (const [i, key] of sortedKeys(view).entries()) {
      if (i > 0) this.write(goSyntax ? ', ' : ' ');
      this.value(key, spec, depth + 1);
      this.write(':');
      this.value(view.get(key), spec, depth + 1);
    }
    this.write(goSyntax ? '}' : ']');
  }

  private struct(value: GoStruct, spec: Spec, depth: number): void {
    const { goSyntax } = spec;
    if (goSyntax) this.write(value.type.name.replace(/^\*/, ''));
    this.write('{');
    for (const [i, field] of (value.type.fields ?? []).entries()) {
      if (i > 0) this.write(goSyntax ? ', ' : ' ');
      if (goSyntax || spec.fieldNames) this.write(`${field.name}:`);
      this.value(value.values[field.name], spec, depth + 1);
    }
    this.write('}');
  }
}

/** Null: no scalar. Undefined: the verb does not suit. */
function scalarText(value: unknown, spec: Spec): string | undefined | null {
  switch (typeof value) {
    case 'string':
      return formatString(value, spec);
    case 'number':
      return formatNumber(value, spec);
    case 'bigint':
      return formatInteger(value, spec, false);
    case 'boolean':
      return formatBool(value, spec);
  }
  if (value instanceof GoInt) return formatInteger(value.value, spec, value.type.kind === 'uint');
  if (value instanceof GoString) return formatString(value.value, spec);
  return null;
}
