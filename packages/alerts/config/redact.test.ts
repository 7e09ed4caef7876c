import { HIDDEN } from '@petrel/config/schema/scalars.ts';
import type { ReferenceRow, TableType, Type } from '@petrel/config/schema/schema.ts';
import type { TreeNode } from '@petrel/config/schema/tree.ts';
import { parseTree } from '@petrel/config/schema/tree.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INTEGRATIONS } from '../notify/integrations.ts';
import { DEFAULT_GLOBAL } from './global-section.ts';
import { redact } from './redact.ts';
import { rootSection } from './root-section.ts';
import { writeYaml } from './write-yaml.ts';

const root = rootSection(DEFAULT_GLOBAL, INTEGRATIONS);
const PROBE = 'https://example.org/probe';
const position = { line: 1, column: 1 };
const probe: TreeNode = { kind: 'scalar', position, text: PROBE, isNull: false };

/** Every row of every table inside, each table once. */
function rowsOf(table: TableType, seen = new Set<TableType>()): readonly (ReferenceRow & { readonly table: string })[] {
  if (seen.has(table)) return [];
  seen.add(table);
  return table.rows.flatMap((row) => [
    { ...row, table: table.name },
    ...(row.type.inner === undefined ? [] : rowsOf(row.type.inner, seen)),
  ]);
}

/** Whether the type itself hides a value, in whichever shape it takes one. */
function hides(type: Type<unknown>): boolean {
  return [PROBE, [PROBE], { a: PROBE }, { a: [PROBE] }].some((value) => {
    try {
      const shown = JSON.stringify(type.encode(value));
      return shown?.includes(HIDDEN) === true && !shown.includes(PROBE);
    } catch {
      return false;
    }
  });
}

describe('redaction', () => {
  const secret = rowsOf(root.inner).filter(
    ({ type, presence }) => presence !== 'accepted' && type.inner === undefined && hides(type),
  );

  it('knows of every type that hides its values', () => {
    expect(secret.length).toBeGreaterThan(20);
    const shown = secret.filter(({ key, type }) => redact(probe, type, key) === PROBE);
    expect(shown.map(({ table, key, type }) => `${table}.${key}: ${type.name}`)).toEqual([]);
  });

  it('hides what no table describes, and keys in URLs', () => {
    const { tree } = parseTree('{unknown: {x: [y]}, templates: ["http://u:p@h/?a=b&api_key=c"]}');
    expect(redact(tree as TreeNode, root)).toEqual({
      unknown: { x: [HIDDEN] },
      templates: [`http://${HIDDEN}@h/?a=b&api_key=${HIDDEN}`],
    });
  });

  it('leaves labels alone, whatever their names', () => {
    const { tree } = parseTree('{route: {match: {token: a}, labels: {secret: b}, group_by: [password]}}');
    expect(redact(tree as TreeNode, root)).toEqual({
      route: { match: { token: 'a' }, labels: { secret: 'b' }, group_by: ['password'] },
    });
  });
});

describe('written YAML', () => {
  it('reads back to what was written', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        'yes',
        'null',
        '~',
        '5m',
        '007',
        'a: b',
        '- a',
        '#',
        'a #b',
        '@x',
        '%',
        '...',
        '{{ . }}',
        '',
        ' a ',
      ),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(text, tie('value'), { maxKeys: 3, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (given) => {
        const { tree, errors } = parseTree(writeYaml(given as string));
        expect(errors).toEqual([]);
        expect(plain(tree as TreeNode)).toEqual(given);
      }),
    );
  });

  it('ends after a mebibyte', () => {
    const written = writeYaml(Array.from({ length: 400_000 }, (_, i) => [`a${i}`]));
    expect(written.length).toBeLessThan(1024 * 1024 + 1000);
    expect(written).toMatch(/# The rest is left out.*\n$/);
  });
});

function plain(node: TreeNode): unknown {
  if (node.kind === 'scalar') return node.isNull ? null : node.text;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plain(value)]));
}
