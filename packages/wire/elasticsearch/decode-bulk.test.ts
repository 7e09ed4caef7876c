import { PetrelError } from '@petrel/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBulk } from './decode-bulk.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function decoded(text: string, index?: string): string[] {
  const body = bytes(text);
  return decodeBulk(body, index === undefined ? {} : { index }).map(({ action, from, to }) => {
    const id = action.id === undefined ? '' : `/${action.id}`;
    return `${action.op} ${action.index}${id} ${Buffer.from(body.subarray(from, to))}`.trimEnd();
  });
}

describe('decodeBulk', () => {
  it('reads actions and their documents, and the index of the path where a line has none', () => {
    const lines = [
      '{"index":{"_index":"a","_id":"1"}}',
      '{"x":1}',
      '{"delete":{"_id":"2"}}',
      '',
      '{"create":{}}\r',
      ' { "y" : "ü" }\r',
      '{"update":{"_id":3,"retry_on_conflict":3}}',
      '{"doc":{}}',
      '{"index":{"_index":"b","op_type":"create","dynamic_templates":{"a":"b"}}}',
      '{}',
    ];
    expect(decoded(`${lines.join('\n')}\n`, 'p')).toEqual([
      'index a/1 {"x":1}',
      'delete p/2',
      'create p  { "y" : "ü" }',
      'update p/3 {"doc":{}}',
      'create b {}',
    ]);
  });

  it('finds nothing in an empty body', () => {
    expect(decoded('')).toEqual([]);
    expect(decoded('\n \r\n')).toEqual([]);
  });

  it.each([
    ['foobar\n', 'Malformed action/metadata line [1], not valid JSON'],
    ['[]\n', 'Malformed action/metadata line [1], expected START_OBJECT but found [START_ARRAY]'],
    ['{}\n', 'Malformed action/metadata line [1], expected FIELD_NAME but found [END_OBJECT]'],
    ['\n{"index":{}}\n{}\n{}\n', 'Malformed action/metadata line [4], expected FIELD_NAME but found [END_OBJECT]'],
    [
      '{"creat":{}}\n{}\n',
      'Malformed action/metadata line [1], expected field [create], [delete], [index] or [update] but found [creat]',
    ],
    [
      '{"index":null}\n',
      'Malformed action/metadata line [1], expected START_OBJECT or END_OBJECT but found [VALUE_NULL]',
    ],
    ['{"index":{},"a":1}\n', 'Malformed action/metadata line [1], expected END_OBJECT but found [FIELD_NAME]'],
    [
      '{"index":{"_id":[1]}}\n',
      'Malformed action/metadata line [1], expected a simple value for field [_id] but found [START_ARRAY]',
    ],
    ['{"index":{"foo":1}}\n', 'Action/metadata line [1] contains an unknown parameter [foo]'],
    ['{"index":{"op_type":"x"}}\n{}\n', "opType must be 'create' or 'index', found: [x]"],
    ['{"index":{}}\n{}', 'The bulk request must be terminated by a newline [\\n]'],
    ['{"index":{}}\n', 'Action/metadata line [1] is not followed by its document'],
  ])('refuses %j', (text, message) => {
    expect(() => decoded(text, 'p')).toThrow(message);
  });

  it('wants an index', () => {
    expect(() => decoded('{"index":{}}\n{}\n')).toThrow('Validation Failed: 1: index is missing;');
    expect(() => decodeBulk(bytes('{"index":{}}\n{}\n'.repeat(3)), { index: 'p', maxItems: 2 })).toThrow('at most 2');
  });

  it('gives back what was written, document by document', () => {
    const entry = fc.record({
      op: fc.constantFrom('index', 'create', 'update', 'delete'),
      index: fc.string({ minLength: 1 }),
      id: fc.option(fc.string(), { nil: undefined }),
      document: fc.json({ maxDepth: 2 }),
    });
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const text = entries
          .map(({ op, index, id, document }) => {
            const action = JSON.stringify({ [op]: { _index: index, _id: id } });
            return op === 'delete' ? `${action}\n` : `${action}\n${document}\n`;
          })
          .join('');
        const body = bytes(text);
        const items = decodeBulk(body);
        expect(items.map(({ action }) => [action.op, action.index, action.id])).toEqual(
          entries.map(({ op, index, id }) => [op, index, id]),
        );
        expect(items.map(({ from, to }) => Buffer.from(body.subarray(from, to)).toString())).toEqual(
          entries.map(({ op, document }) => (op === 'delete' ? '' : document)),
        );
      }),
    );
  });

  it('takes any bytes, or says what is wrong', () => {
    const whole = '{"index":{"_index":"a","_id":"1"}}\n{"x":1}\n{"delete":{"_index":"b"}}\n';
    const mutated = fc
      .tuple(fc.array(fc.tuple(fc.nat(whole.length), fc.nat(255)), { maxLength: 6 }), fc.nat(whole.length))
      .map(([changes, length]) => {
        const body = bytes(whole);
        for (const [at, byte] of changes) body[at % body.length] = byte;
        return body.subarray(0, length);
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array()), (body) => {
        try {
          for (const { from, to } of decodeBulk(body)) expect(from <= to && to <= body.length).toBe(true);
        } catch (error) {
          if (!(error instanceof PetrelError)) throw error;
          expect(error.status).toBeLessThan(500);
        }
      }),
    );
  });
});
