import { FunctionError } from '../template-error.ts';
import { GoMap, GoSlice, GoStruct, GoValue } from '../values/go-value.ts';
import { intOf, itemsOf, mapOfValue, sortedKeys, stringOf, typeOf } from '../values/inspect.ts';
import { formatFloat } from './float.ts';
import { MAX_TEXT_LENGTH } from './sprint.ts';

/** JSON as Go's encoding/json writes it: fields in order, keys sorted, `<`, `>`, `&` escaped. Throws FunctionError. */
export function marshalJson(value: unknown): string {
  const writer = new JsonWriter();
  writer.value(value);
  return writer.text;
}

class JsonWriter {
  private readonly parts: string[] = [];
  private length = 0;

  get text(): string {
    return this.parts.join('');
  }

  private write(text: string): void {
    this.length += text.length;
    if (this.length > MAX_TEXT_LENGTH) throw new FunctionError(`text exceeds ${MAX_TEXT_LENGTH} characters`);
    this.parts.push(text);
  }

  value(value: unknown): void {
    const scalar = scalarJson(value);
    if (scalar !== undefined) this.write(scalar);
    else this.composite(value);
  }

  private composite(value: unknown): void {
    const items = itemsOf(value);
    if (value instanceof GoStruct) this.struct(value);
    else if ((value instanceof GoSlice || value instanceof GoMap) && value.isNil) this.write('null');
    else if (items !== undefined) this.list(items);
    else this.map(value);
  }

  private list(items: readonly unknown[]): void {
    this.write('[');
    for (const [i, item] of items.entries()) {
      if (i > 0) this.write(',');
      this.value(item);
    }
    this.write(']');
  }

  private map(value: unknown): void {
    const map = mapOfValue(value);
    if (map === undefined) throw new FunctionError(`json: unsupported type: ${typeOf(value)?.name}`);
    this.write('{');
    for (const [i, key] of sortedKeys(map).entries()) {
      this.write(`${i > 0 ? ',' : ''}${jsonString(String(key))}:`);
      this.value(map.get(key));
    }
    this.write('}');
  }

  private struct(value: GoStruct): void {
    this.write('{');
    for (const [i, field] of (value.type.fields ?? []).entries()) {
      this.write(`${i > 0 ? ',' : ''}${jsonString(field.json ?? field.name)}:`);
      this.value(value.values[field.name]);
    }
    this.write('}');
  }
}

/** Undefined: not a scalar. */
function scalarJson(value: unknown): string | undefined {
  if (value === null || value === undefined) return 'null';
  if (value instanceof GoValue && value.type.json !== undefined) return value.type.json(value);
  const text = stringOf(value);
  if (text !== undefined) return jsonString(text);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return jsonNumber(value);
  return intOf(value)?.toString();
}

/** Whole numbers below 1e21 have no exponent. */
function jsonNumber(value: number): string {
  if (!Number.isFinite(value)) throw new FunctionError(`json: unsupported value: ${formatFloat(value, 'g', -1)}`);
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-6 && size < 1e21)) return formatFloat(value, 'f', -1);
  return formatFloat(value, 'e', -1).replace(/e-0(\d)$/, 'e-$1');
}

function jsonString(text: string): string {
  return JSON.stringify(
    text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd'),
  ).replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
