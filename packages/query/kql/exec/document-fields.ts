import { Labels } from '@petrel/model';
import { leavesOf } from './json-lookup.ts';
import { LineDocument } from './line-document.ts';
import { durationNs, numberOf, sizeBytes } from './numbers.ts';
import type { Leaf } from './text-test.ts';

export type DocumentFieldType = 'string' | 'number' | 'boolean' | 'duration' | 'bytes';

export interface DocumentField {
  /** As KQL names it: points between the levels of a document. */
  readonly name: string;
  readonly from: 'stream' | 'metadata' | 'line';
  /** Never null: such fields are left out, as are empty texts. */
  readonly value: string | number | boolean;
  /** What the value looks like; numbers that came as text are numbers. */
  readonly type: DocumentFieldType;
}

/**
 * The fields of a line that KQL can name, for statistics: stream labels, structured metadata (labels, or name and value in turn), then the fields of the body (JSON or logfmt) in its order. A list
 * gives a field for each of its elements, under the same name.
 */
export function* documentFields(
  line: string,
  stream: Labels,
  metadata: Labels | readonly string[],
): Generator<DocumentField> {
  for (const [name, value] of stream) yield* field(name, 'stream', value);
  const pairs = metadata instanceof Labels ? metadata.pairs : metadata;
  for (let i = 0; i < pairs.length; i += 2) yield* field(pairs[i] as string, 'metadata', pairs[i + 1] as string);
  for (const [name, value] of bodyFields(line)) yield* field(name, 'line', value);
}

/** The fields of a body with their paths; nulls among them. */
export function* bodyFields(line: string): Generator<readonly [path: string, value: Leaf]> {
  const document = new LineDocument();
  document.set({ tsNs: 0n, line, metadata: [] });
  const { json } = document;
  if (json !== undefined) {
    yield* leavesOf(json);
    return;
  }
  const { pairs } = document;
  for (let i = 0; i < pairs.length; i += 2) yield [pairs[i] as string, pairs[i + 1] as string];
}

function* field(name: string, from: DocumentField['from'], value: Leaf): Generator<DocumentField> {
  if (value === null || value === '' || name === '') return;
  yield { name, from, value, type: typeOf(value) };
}

function typeOf(value: string | number | boolean): DocumentFieldType {
  if (typeof value !== 'string') return typeof value === 'number' ? 'number' : 'boolean';
  if (numberOf(value) !== undefined) return 'number';
  if (value === 'true' || value === 'false') return 'boolean';
  if (durationNs(value) !== undefined) return 'duration';
  return sizeBytes(value) === undefined ? 'string' : 'bytes';
}
