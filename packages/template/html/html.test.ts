import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileTemplate, safeHtml, safeUrl, TemplateError } from '../index.ts';

const data = {
  s: 'str <b>',
  i: 5n,
  n: null,
  t: true,
  ss: ['x', 'y'],
  url: 'http://x/?a=b&c=d e',
  js: 'javascript:alert(1)',
  q: 'it\'s "q" </script>',
  css: 'red; x',
  h: safeHtml('<i>ok</i>'),
  u: safeUrl('tel:1'),
};

function run(text: string, dot: unknown = data): string {
  return compileTemplate('t', text, { html: true }).execute(dot);
}

describe('HTML templates', () => {
  it.each([
    ['<b>{{.s}}</b>{{.n}}', '<b>str &lt;b&gt;</b>'],
    ['{{.h}}<p title="{{.h}}">', '<i>ok</i><p title="ok">'],
    ['<a href="{{.url}}">', '<a href="http://x/?a=b&amp;c=d%20e">'],
    ['<a href={{.url}}>', '<a href=http://x/?a&#61;b&amp;c&#61;d%20e>'],
    ["<a href='{{.js}}'>", "<a href='#ZgotmplZ'>"],
    ['<a href="{{.u}}">', '<a href="tel:1">'],
    ['<a href="/x?q={{.url}}">', '<a href="/x?q=http%3a%2f%2fx%2f%3fa%3db%26c%3dd%20e">'],
    ['<a title="{{.q}}">', '<a title="it&#39;s &#34;q&#34; &lt;/script&gt;">'],
    ['<div class={{.s}}>', '<div class=str&#32;&lt;b&gt;>'],
    ['<div {{.js}}="x">', '<div ZgotmplZ="x">'],
    ['<script>var x = {{.q}};</script>', '<script>var x = "it\'s \\"q\\" \\u003c/script\\u003e";</script>'],
    ['<script>f({{.i}})</script>', '<script>f( 5 )</script>'],
    ['<script>x = "{{.q}}"</script>', '<script>x = "it\\u0027s \\u0022q\\u0022 \\u003c\\/script\\u003e"</script>'],
    ['<style>a { color: {{.css}}; width: {{.i}}px }</style>', '<style>a { color: ZgotmplZ; width: 5px }</style>'],
    ['<p style="background: url(\'{{.js}}\')">', '<p style="background: url(\'#ZgotmplZ\')">'],
    ['<!-- {{.s}} -->x<style>/* c */p{}</style>', 'x<style> p{}</style>'],
    ['<title>{{.s}}</title>', '<title>str &lt;b&gt;</title>'],
    ['a < b <!DOCTYPE html>', 'a &lt; b <!DOCTYPE html>'],
    ['{{.s | html}} {{.s | urlquery}}', 'str &lt;b&gt; str&#43;%3Cb%3E'],
    ['<img srcset="{{.url}} 2x, {{.js}}">', '<img srcset="http://x/?a=b&amp;c=d e 2x, #ZgotmplZ">'],
    [
      '{{define "x"}}{{.}}{{end}}<a href="{{template "x" .js}}">{{template "x" .s}}</a>',
      '<a href="#ZgotmplZ">str &lt;b&gt;</a>',
    ],
    ['<a href="{{range .ss}}{{.}}/{{end}}">', '<a href="x/y/">'],
    [
      '<script type="text/template"><b>{{.s}}</b></script>',
      '<script type="text/template"><b>str &lt;b&gt;</b></script>',
    ],
  ])('escapes %j', (text, output) => {
    expect(run(text)).toBe(output);
  });

  it.each([
    ['{{if .t}}<a href="{{end}}', 'branches end in different contexts'],
    ['<a href="', 'ends in a non-text context'],
    ['{{.s | html | print}}', 'html/template:t:1:2: predefined escaper "html" disallowed in template'],
    ['<a href=x"y>', 'in unquoted attr'],
    ['<a "b">', 'in attribute name'],
    ['{{template "no"}}', 'html/template:t:1:11: no such template "no"'],
    ['<a href="{{if .t}}/a{{else}}/b?{{end}}{{.s}}">', 'appears in an ambiguous context within a URL'],
  ])('refuses %j', (text, message) => {
    expect(() => run(text)).toThrow(TemplateError);
    expect(() => run(text)).toThrow(message);
  });

  it('ends templates that call themselves where they show to end', () => {
    const text = '{{define "r"}}<b>{{if .}}{{template "r" .n}}{{end}}</b>{{end}}{{template "r" .}}';
    expect(run(text)).toBe('<b><b></b></b>');
  });

  const places = [
    ['<p>', '</p>', /^[^<>"']*$/],
    ['<p title="', '">', /^[^<>"]*$/],
    ["<p title='", "'>", /^[^<>']*$/],
    ['<p title=', '>', /^[^<>"'`= \t\n\r\f]*$/],
    ['<a href="', '">', /^(?!\s*(?:javascript|data|vbscript):)[^<>"]*$/i],
    ['<script>x = "', '"</script>', /^(?:[^"<>\\\n\r]|\\[^\n\r])*$/],
    ['<script>x = ', '</script>', /^[^<>\n]*$/],
    ['<style>p { color: ', '}</style>', /^[^<>{};()"']*$/],
  ] as const;

  it.each(places)('lets nothing out of %s…%s', (before, after, allowed) => {
    const template = compileTemplate('t', `${before}{{.}}${after}`, { html: true });
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...'<>"\'`=/ \\:;(){}&%\n\0aj'), { maxLength: 12 }).map((chars) => chars.join('')),
      fc.constantFrom('javascript:x', 'JaVaScRiPt:x', '</script>', '<!--', '"onclick="', 'data:text/html,x'),
    );
    fc.assert(
      fc.property(text, (value) => {
        const output = template.execute(value);
        expect(output.startsWith(before) && output.endsWith(after)).toBe(true);
        expect(output.slice(before.length, output.length - after.length)).toMatch(allowed);
      }),
      { numRuns: 300 },
    );
  });

  it('throws nothing but TemplateError for any mark-up', () => {
    const piece = fc.constantFrom(
      ...[
        '<a ',
        '<script>',
        '</script>',
        '<style>',
        '</style>',
        '<!--',
        '-->',
        '"',
        "'",
        '=',
        '>',
        ' href',
        '/',
        '\\',
        '`',
      ],
      ...[
        '{{.}}',
        '${',
        '}',
        'url(',
        ')',
        '<title>',
        '</title>',
        '//',
        '/*',
        '*/',
        '\n',
        '[',
        ']',
        'x',
        '<meta content=',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        try {
          run(pieces.join(''), 'v');
        } catch (error) {
          if (!(error instanceof TemplateError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });
});
