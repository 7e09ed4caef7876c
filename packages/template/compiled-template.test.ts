import { describe, expect, it } from 'vitest';
import {
  ANY,
  compileTemplate,
  type ExecuteOptions,
  FunctionError,
  GoFunction,
  GoInt,
  GoStruct,
  type GoType,
  goFunction,
  INT,
  INT64,
  STRING,
  stringMap,
  TemplateError,
} from './index.ts';

const THING: GoType = {
  name: 'test.Thing',
  kind: 'struct',
  fields: [
    { name: 'A', type: INT },
    { name: 'B', type: ANY },
  ],
  methods: new Map([
    ['Hello', { params: [STRING, INT], call: (_self: unknown, [a, b]: readonly unknown[]) => `${a}-${b}` }],
    [
      'Fail',
      {
        params: [],
        call: () => {
          throw new FunctionError('boom');
        },
      },
    ],
  ]),
};

const data = {
  s: 'str',
  i: 5n,
  f: 1.5,
  n: null,
  l: [1n, 'a', 2.5, null],
  ss: ['x', 'y', 'z'],
  m: { k: 'v', a: 1n },
  sm: stringMap({ p: 'q' }),
  st: new GoStruct(THING, { A: 1n, B: 'b' }),
  u: '日本語',
  big: new GoInt(INT64, 7n),
  fn: goFunction([INT], ([n]) => (n as bigint) + 1n),
};

function run(text: string, options: ExecuteOptions = {}): string {
  return compileTemplate('t', text).execute(data, options);
}

describe('execution', () => {
  it.each([
    [
      '{{.s}} {{.i}} {{.f}} {{.n}} {{.nope}} {{.l}} {{.m}}',
      'str 5 1.5 <no value> <no value> [1 a 2.5 <nil>] map[a:1 k:v]',
    ],
    ['{{range $i, $e := .ss}}{{$i}}={{$e}};{{end}}', '0=x;1=y;2=z;'],
    ['{{range $k, $v := .m}}{{$k}}={{$v}};{{end}}', 'a=1;k=v;'],
    ['{{range .none}}x{{else}}empty{{end}}', 'empty'],
    ['{{range 3}}{{.}}{{end}}', '012'],
    ['{{range .ss}}{{if eq . "y"}}{{continue}}{{end}}{{.}}{{end}}', 'xz'],
    ['{{range .ss}}{{if eq . "y"}}{{break}}{{end}}{{.}}{{end}}', 'x'],
    ['{{with .n}}a{{else with .i}}{{.}}{{else}}c{{end}}', '5'],
    ['{{if .n}}a{{else if .i}}b{{else}}c{{end}}', 'b'],
    ['{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}', '2'],
    ['{{$x := 1}}{{if true}}{{$x := 2}}{{$x}}{{end}}{{$x}}', '21'],
    ['{{define "a"}}[{{.}}]{{end}}{{template "a" .i}}{{template "a"}}', '[5][<no value>]'],
    ['{{block "b" .s}}<{{.}}>{{end}}', '<str>'],
    ['{{and 1 0 .nope.x}} {{or 0 "" "x"}} {{not 0}}', '0 x true'],
    [
      '{{eq 1 2 1}} {{ne 1 2}} {{lt 1 2}} {{le 2 2}} {{gt 1.5 0.5}} {{ge "b" "a"}} {{eq .big 7}}',
      'true true true true true true true',
    ],
    ['{{len .u}} {{len .l}} {{len .m}}', '9 4 2'],
    ['{{index .l 1}} {{index .m "nope"}} [{{index .sm "nope"}}] {{index .u 0}}', 'a <no value> [] 230'],
    ['{{slice .u 0 3}} {{slice .s 1}} {{slice .ss 1 2}}', '日 tr [y]'],
    ['{{call .fn 4}}', '5'],
    ['{{.st.A}} {{.st.Hello "h" 3}} {{3 | .st.Hello "x"}} {{.st}}', '1 h-3 x-3 {1 b}'],
    ['{{(index .l 1)}} {{(.m).k}} {{print 1 2 | len}}', 'a v 3'],
    ["{{'a'}} {{0x1F}} {{0b101}} {{017}} {{1_000}} {{1e3}} {{-5}}", '97 31 5 15 1000 1000 -5'],
    ['{{html "<a>&"}} {{js "it\'s"}} {{urlquery "a b/é"}}', "&lt;a&gt;&amp; it\\'s a+b%2F%C3%A9"],
    ['{{ "\\xe6\\x97\\xa5" }}{{ "\\xff" }}', '日\ufffd'],
  ])('runs %j', (text, output) => {
    expect(run(text)).toBe(output);
  });

  it.each([
    ['{{.s.x}}', ':1:4: executing "t" at <.s.x>: can\'t evaluate field x in type interface {}'],
    ['日本 {{.n.x}}', ':1:11: executing "t" at <.n.x>: nil pointer evaluating interface {}.x'],
    ['\n\n {{.st.Fail}}', ':3:6: executing "t" at <.st.Fail>: error calling Fail: boom'],
    ['{{.st.Hello 1 2}}', ':1:12: executing "t" at <1>: expected string; found 1'],
    ['{{.st.Hello "a"}}', ':1:5: executing "t" at <.st.Hello>: wrong number of args for Hello: want 2 got 1'],
    [
      '{{.i | .st.Hello "a" | len | printf}}',
      ':1:29: executing "t" at <printf>: wrong type for value; expected string; got int',
    ],
    [
      '{{eq 1 1.0}}',
      ':1:2: executing "t" at <eq 1 1.0>: error calling eq: incompatible types for comparison: int and float64',
    ],
    ['{{lt true false}}', ':1:2: executing "t" at <lt true false>: error calling lt: invalid type for comparison'],
    ['{{index .l 9}}', ':1:2: executing "t" at <index .l 9>: error calling index: index out of range: 9'],
    ['{{template "zz"}}', ':1:11: executing "t" at <{{template "zz"}}>: template "zz" not defined'],
    ['{{range .s}}{{end}}', ':1:8: executing "t" at <.s>: range can\'t iterate over str'],
    ['{{nil}}', ':1:2: executing "t" at <nil>: nil is not a command'],
    ['{{.i 1}}', ':1:2: executing "t" at <.i>: i is not a method but has arguments'],
  ])('places the error of %j', (text, message) => {
    expect(() => run(text)).toThrow(new RegExp(`^template: t${message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`));
  });

  it('knows what a missing key means', () => {
    expect(run('[{{.sm.nope}}]', { missingKey: 'zero' })).toBe('[]');
    expect(run('[{{.m.nope}}]', { missingKey: 'zero' })).toBe('[<no value>]');
    expect(() => run('{{.m.nope}}', { missingKey: 'error' })).toThrow('map has no entry for key "nope"');
  });

  it('shows no property that data does not own', () => {
    expect(run('{{.constructor}} {{.__proto__}} {{.m.toString}}')).toBe('<no value> <no value> <no value>');
  });

  it('leaves bugs of functions alone', () => {
    const functions = new Map([
      [
        'bug',
        new GoFunction({ params: [] }, () => {
          throw new TypeError('bug');
        }),
      ],
    ]);
    expect(() => compileTemplate('t', '{{bug}}', { functions }).execute(null)).toThrow(TypeError);
  });
});

describe('limits', () => {
  it('ends templates that call themselves', () => {
    expect(() => run('{{define "r"}}{{template "r" .}}{{end}}{{template "r" .}}')).toThrow(TemplateError);
    const body = `${'{{if true}}{{with .}}{{range $.l}}'.repeat(50)}{{template "r" $}}${'{{end}}{{end}}{{end}}'.repeat(50)}`;
    expect(() => run(`{{define "r"}}${body}{{end}}{{template "r" .}}`)).toThrow('exceeded maximum template depth');
  });

  it('ends endless loops', () => {
    expect(() => run('{{range 1000000000}}{{end}}', { limits: { maxSteps: 1000 } })).toThrow(
      'exceeded maximum of 1000 steps',
    );
  });

  it('bounds output and the texts on the way', () => {
    const limits = { maxOutputLength: 1000 };
    expect(() => run('{{range 300}}12345{{end}}', { limits })).toThrow('output exceeds 1000 characters');
    const doubling = '{{$x := "0123456789"}}{{range 40}}{{$x = print $x $x}}{{end}}';
    expect(() => run(doubling, { limits })).toThrow('exceeds 1000 characters');
    expect(() => run(doubling)).toThrow('exceeds 16777216 characters');
  });
});
