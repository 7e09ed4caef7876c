import { Labels } from '@petrel/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePipeline } from './compile-pipeline.ts';
import { readJsonObject } from './json-reader.ts';
import { joinSanitized, sanitizeName } from './sanitize-name.ts';
import { decodeValue } from './value-encoding.ts';

const range = { from: 0, to: 0 };
const json = compilePipeline([{ kind: 'json', fields: [], range }]);
const stream = Labels.of({ app: 'x', level: 'of the stream' });
const reserved = ['__proto__', 'toString', 'app', 'level'];
const keys = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('a', 'b', 'a.b', 'a_b', ' ', '', '1x', ...reserved));
const documents = fc.dictionary(keys, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6, noNullPrototype: true });

function parsedLabels(line: string): Record<string, string> {
  return json().forStream(stream).process({ line, tsNs: 0n, metadata: [] })?.parsed.toObject() ?? {};
}

/** By way of an object, of which a key stands once. */
function flattened(document: object): Record<string, string> {
  const found = new Map<string, string>();
  const visit = (value: object, prefix: string, isTop: boolean): void => {
    for (const [key, item] of Object.entries(value)) {
      const name = isTop ? sanitizeName(key) : joinSanitized(prefix, key);
      if (typeof item === 'object') {
        if (item !== null && !Array.isArray(item)) visit(item as object, name, false);
      } else if (!isTop || name !== '') {
        const label = stream.has(name) ? `${name}_extracted` : name;
        const text = typeof item === 'string' ? item.replaceAll('\ufffd', ' ') : JSON.stringify(item);
        if (!found.has(label)) found.set(label, text);
      }
    }
  };
  visit(document, '', true);
  return Labels.from(found).toObject();
}

test('the labels of a document are those that JSON.parse finds in it', () => {
  fc.assert(
    fc.property(documents, fc.constantFrom(undefined, 1, '\t'), (document, indent) => {
      const line = JSON.stringify(document, null, indent);
      expect(parsedLabels(line)).toEqual(flattened(JSON.parse(line) as object));
    }),
    { numRuns: 500 },
  );
});

/** The loose reader alone, without the scanner in front of it. */
function looseLabels(line: string): Record<string, string> {
  const found = new Map<string, string>();
  const read = (part: { from: number; to: number }, prefix: string, isTop: boolean): string | undefined =>
    readJsonObject(line, part, (key, { kind, from, to }) => {
      const name = isTop ? sanitizeName(key) : joinSanitized(prefix, key);
      if (kind === 'object') return read({ from, to }, name, false);
      if (kind === 'array' || kind === 'null' || (isTop && name === '')) return undefined;
      const label = stream.has(name) ? `${name}_extracted` : name;
      if (!found.has(label)) found.set(label, decodeValue(line, from, to, kind === 'string' ? 'json' : 'plain'));
      return undefined;
    });
  const mistake = read({ from: 0, to: line.length }, '', true);
  if (mistake !== undefined) found.set('__error__', 'JSONParserErr').set('__error_details__', mistake);
  return Labels.from(found).toObject();
}

const edits = fc.array(
  fc.tuple(
    fc.nat(300),
    fc.nat(2),
    fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', ' ', '1', 't', 'n', '-', ''),
  ),
  { maxLength: 3 },
);

test('mutated documents give what the loose reader gives, whatever the scanner made of those before', () => {
  const one = json().forStream(stream);
  fc.assert(
    fc.property(documents, edits, (document, changes) => {
      let line = JSON.stringify(document);
      for (const [at, length, text] of changes) {
        const place = at % (line.length + 1);
        line = line.slice(0, place) + text + line.slice(place + length);
      }
      expect(one.process({ line, tsNs: 0n, metadata: [] })?.parsed.toObject()).toEqual(looseLabels(line));
    }),
    { numRuns: 1000 },
  );
});
