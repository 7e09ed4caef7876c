import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TemplateError } from '../template-error.ts';
import type { ActionNode, Tree } from './ast.ts';
import { nodeText } from './node-text.ts';
import { parseTemplate } from './parse.ts';

function parse(text: string, functions: readonly string[] = ['f']): ReadonlyMap<string, Tree> {
  return parseTemplate('x', text, { hasFunction: (name) => functions.includes(name) });
}

function errorOf(text: string): string {
  try {
    parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(TemplateError);
    return (error as TemplateError).message;
  }
  return 'no error';
}

describe('parseTemplate', () => {
  it.each([
    ['{{', 'template: x:1: unclosed action'],
    ['\n\n{{if\n.x', 'template: x:4: unclosed action started at x:3'],
    ['{{if}}', 'template: x:1: missing value for if'],
    ['{{if .x}}', 'template: x:1: unexpected EOF'],
    ['{{end}}', 'template: x:1: unexpected {{end}}'],
    ['{{define}}', 'template: x:1: unexpected "}}" in define clause'],
    ['{{.x | 1}}', 'template: x:1: non executable command in pipeline stage 2'],
    ['{{g}}', 'template: x:1: function "g" not defined'],
    ['{{$x}}', 'template: x:1: undefined variable "$x"'],
    ['{{range $a,$b,$c := .}}{{end}}', 'template: x:1: too many declarations in range'],
    ['{{break}}', 'template: x:1: {{break}} outside {{range}}'],
    ['{{"a\nb"}}', 'template: x:1: unterminated quoted string'],
    ['{{.x.}}', 'template: x:1: unexpected <.> in operand'],
    ['{{(1)', 'template: x:1: unclosed action'],
    ['{{/* a', 'template: x:1: unclosed comment'],
    ['{{089}}', 'template: x:1: integer overflow: "089"'],
    ['{{1_}}', 'template: x:1: illegal number syntax: "1_"'],
    ["{{'ab'}}", "template: x:1: malformed character constant: 'ab'"],
    ['{{.é.ü €}}', "template: x:1: unrecognized character in action: U+20AC '€'"],
    ['{{f~}}', "template: x:1: bad character U+007E '~'"],
    ['{{if .}}{{else}}{{else}}{{end}}', 'template: x:1: expected end; found {{else}}'],
    ['{{f nil.z}}', 'template: x:1: unexpected . after term "nil"'],
    ['{{define "x"}}a{{end}}{{define "x"}}b{{end}}', 'template: x:1: template: multiple definition of template "x"'],
    ['{{1i}}', 'template: x:1: complex numbers are not supported: "1i"'],
  ])('says what is wrong with %j', (text, message) => {
    expect(errorOf(text)).toBe(message);
  });

  it('frees its trees from change', () => {
    const root = (parse('a{{f .x}}').get('x') as Tree).root;
    expect(Object.isFrozen(root)).toBe(true);
    expect(Object.isFrozen(root.nodes)).toBe(true);
    expect(Object.isFrozen((root.nodes[1] as ActionNode).pipe.cmds[0]?.args)).toBe(true);
  });

  it.each(['{{f .A.B $.C (f 1).D "x" `y` 0x1F true nil | f}}', '{{$x := f}}', '{{template "a" .B}}'])(
    'prints %j as it was written',
    (text) => {
      expect((parse(text).get('x') as Tree).root.nodes.map(nodeText).join('')).toBe(text);
    },
  );

  it('keeps a body over a blank one of the same name', () => {
    const trees = parse('{{define "a"}}body{{end}}{{define "a"}} {{end}}');
    expect(nodeText((trees.get('a') as Tree).root)).toBe('body');
  });

  it('trims around markers and drops comments', () => {
    const root = (parse('a \n {{- /* c */ -}} \n b {{- 1 -}} c').get('x') as Tree).root;
    expect(root.nodes.map(nodeText)).toEqual(['a', 'b', '{{1}}', 'c']);
  });

  it('refuses nesting that no stack could carry', () => {
    const depth = 5000;
    expect(errorOf(`{{${'('.repeat(depth)}1${')'.repeat(depth)}}}`)).toContain('max expression depth exceeded');
    expect(errorOf('{{if 1}}'.repeat(depth) + '{{end}}'.repeat(depth))).toContain('max nesting depth exceeded');
    expect(errorOf(`{{if 1}}${'{{else if 1}}'.repeat(depth)}{{end}}`)).toContain('max nesting depth exceeded');
  });

  const piece = fc.constantFrom(
    ...[
      '{{',
      '}}',
      '{{-',
      '-}}',
      ' ',
      '\n',
      '.',
      '.x',
      '$',
      '$x',
      ':=',
      '=',
      '|',
      '(',
      ')',
      '"a"',
      '"',
      '`',
      "'a'",
      '1',
      '-',
    ],
    ...[
      '0x',
      '1e',
      '/*',
      '*/',
      'if',
      'else',
      'end',
      'range',
      'with',
      'define',
      'block',
      'template',
      'break',
      'f',
      'é',
      ',',
    ],
    ...['\u{1F600}', '\ud800', 'nil', 'true'],
  );

  it('throws nothing but TemplateError', () => {
    const check = (text: string): void => {
      try {
        parse(text);
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        expect(error.message).toMatch(/^template: x:\d+: /);
      }
    };
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => check(pieces.join(''))),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => check(`{{${text}}}`)),
      { numRuns: 500 },
    );
  });

  it('gives text without actions back as one node', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        fc.pre(!text.includes('{{'));
        expect((parse(text).get('x') as Tree).root.nodes.map(nodeText)).toEqual([text]);
      }),
    );
  });
});
