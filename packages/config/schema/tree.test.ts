import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { TreeNode } from './tree.ts';
import { parseTree } from './tree.ts';

/** The tree as plain data: every scalar a string, null for a null. */
function plain(node: TreeNode): unknown {
  if (node.kind === 'scalar') return node.isNull ? null : node.text;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plain(value)]));
}

function read(text: string): unknown {
  const { tree, errors } = parseTree(text);
  return tree === undefined
    ? errors.map(({ position, message }) => `${position.line}:${position.column} ${message}`)
    : plain(tree);
}

describe('parseTree', () => {
  it('keeps scalars as they are written', () => {
    expect(read('a: 1.10\nb: "x\\ty"\nc: yes\nd:\ne: "null"')).toEqual({
      a: '1.10',
      b: 'x\ty',
      c: 'yes',
      d: null,
      e: 'null',
    });
  });

  it('resolves aliases and merge keys, own keys first', () => {
    const text = 'base: &b {x: 1, y: 2}\nmore: &m {y: 3, z: 4}\nall:\n  <<: [*b, *m]\n  x: 9\nsame: *b';
    expect(read(text)).toMatchObject({ all: { x: '9', y: '2', z: '4' }, same: { x: '1', y: '2' } });
  });

  it('tells where a key stands twice', () => {
    expect(read('a: 1\nb:\n  c: 1\n  c: 2\n')).toEqual(['4:3 field c already set in line 3']);
  });

  it('refuses anchors that contain themselves or multiply without end', () => {
    expect(read('a: &a [*a]')).toEqual([expect.stringContaining('1:')]);
    const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(',')}]`);
    expect(read(`l0: &l0 x\n${levels.join('\n')}`)).toEqual([expect.stringContaining('multiply to too much')]);
  });

  it('reads !!binary, and refuses what is no base64', () => {
    expect(read('a: !!binary aGFsbG8=')).toEqual({ a: 'hallo' });
    expect(read('a: !!binary "/w==$1"')).toEqual([expect.stringContaining('invalid base64')]);
  });

  it('takes the first of several documents, with a warning', () => {
    const { tree, warnings } = parseTree('---\na: 1\n---\nb: 2\n');
    expect(tree && plain(tree)).toEqual({ a: '1' });
    expect(warnings).toEqual([
      { position: { line: 3, column: 1 }, message: expect.stringContaining('first document') },
    ]);
  });

  it('reads back any data that is written as YAML', () => {
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.string(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(
          fc.string({ minLength: 1 }).filter((key) => key !== '<<' && key !== '__proto__'),
          tie('value'),
          { maxKeys: 4 },
        ),
      ),
    }));
    fc.assert(
      fc.property(value, (data) => {
        expect(read(stringify(data, { aliasDuplicateObjects: false }))).toEqual(data);
      }),
    );
  });

  it('never throws, and positions lie within the text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'a: ',
        '- ',
        '\n',
        '  ',
        '[',
        ']',
        '{',
        '}',
        '&a ',
        '*a',
        '<<: ',
        '"',
        "'",
        '!!binary ',
        '|\n',
        '\t',
        '---\n',
      ),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        const { tree, errors } = parseTree(text);
        expect(tree === undefined).toBe(errors.length > 0);
        for (const { position } of errors) expect(position.line).toBeLessThanOrEqual(text.split('\n').length);
      }),
      { numRuns: 500 },
    );
  });
});
