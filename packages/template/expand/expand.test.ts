import { describe, expect, it } from 'vitest';
import { compileAlertTemplate, expand, expandAlertTemplate, type QuerySample, TemplateError } from '../index.ts';

const at = { nowMs: 1_000_000 };
const up: readonly QuerySample[] = [
  { labels: { instance: 'b' }, value: 1 },
  { labels: { instance: 'a' }, value: 0.5 },
];

describe('expand', () => {
  it('asks each query once and runs again', async () => {
    const asked: string[] = [];
    const query = async (expression: string): Promise<readonly QuerySample[]> => {
      asked.push(expression);
      return expression === 'none' ? [] : up;
    };
    const text =
      '{{range query "up" | sortByLabel "instance"}}{{.Labels.instance}}={{.Value}} {{end}}' +
      '{{query "up" | first | value}} {{len (query "none")}}';
    expect(await expand(text, { ...at, data: null, query })).toBe('a=0.5 b=1 1 0');
    expect(asked).toEqual(['up', 'none']);
  });

  it('runs before the first await where nothing is queried', () => {
    const seen: string[] = [];
    const promise = expand('{{.}}', { ...at, data: 'x' }).then((text) => seen.push(text));
    seen.push('after');
    return promise.then(() => expect(seen).toEqual(['after', 'x']));
  });

  it('gives the reason of a failed query', async () => {
    const query = (): Promise<never> => Promise.reject(new Error('no store'));
    const run = expand('{{query "up"}}', { ...at, name: 'n', data: null, query });
    await expect(run).rejects.toThrow(
      'error executing template n: template: n:1:2: executing "n" at <query "up">: error calling query: no store',
    );
  });

  it('ends a template that loops over its own queries', async () => {
    const query = async (): Promise<readonly QuerySample[]> => [];
    const text = '{{range $i := 1000000}}{{query (print $i)}}{{end}}';
    const run = expand(text, { ...at, data: null, query, limits: { maxSteps: 5000 } });
    await expect(run).rejects.toThrow('exceeded maximum of 5000 steps');
  });

  it('gives text without actions back', async () => {
    expect(await expand('a }} b', { ...at, data: null })).toBe('a }} b');
  });

  it.each([
    ['{{ 1234567 | humanize }} {{ 0.5 | humanizePercentage }} {{ 1048576.0 | humanize1024 }}', '1.235M 50% 1Mi'],
    ['{{ toTime 1435065584.128 }} {{ (toDuration 90).Minutes }}', '2015-06-23 13:19:44.128 +0000 UTC 1.5'],
    ['{{ now }} {{ parseDuration "1h30m" }} {{ urlQueryEscape "a b" }}', '1000 5400 a+b'],
    ['{{ title "foo bar-baz it\'s fOO" }} {{ reReplaceAll "(a)b" "$1-" "abab" }}', "Foo Bar-Baz It's FOO a-a-"],
    [
      '{{ tableLink "up{a=\\"b\\"}" }} {{ externalURL }}{{ pathPrefix }}',
      '/graph?g0.expr=up%7Ba%3D%22b%22%7D&g0.tab=1 http://x/p/p',
    ],
    ['{{ stripPort "[::1]:90" }} {{ stripDomain "a.b.c:1" }} {{ stripDomain "::1" }}', '::1 a:1 ::1'],
  ])('has the functions of %j', async (text, output) => {
    expect(await expand(text, { ...at, data: null, externalUrl: 'http://x/p' })).toBe(output);
  });

  it.each([
    ['{{ match "(" "a" }}', 'error calling match: error parsing regexp: missing closing ): `(`'],
    [
      '{{ reReplaceAll "(" "" "a" }}',
      'error calling reReplaceAll: regexp: Compile(`(`): error parsing regexp: missing closing ): `(`',
    ],
    ['{{ query "x" | first }}', 'error calling first: first() called on vector with no elements'],
    ['{{ parseDuration "5x" }}', 'error calling parseDuration: not a valid duration string: "5x"'],
    ['{{ toTime 1e300 }}', '1e+300 cannot be represented as a nanoseconds timestamp since it overflows int64'],
  ])('fails %j', async (text, message) => {
    await expect(expand(text, { ...at, data: null, query: async () => [] })).rejects.toThrow(message);
  });
});

describe('alert templates', () => {
  const data = { labels: { job: 'x' }, externalLabels: { region: 'eu' }, externalUrl: 'http://p', value: 0.5 };

  it('knows the variables of Prometheus', async () => {
    const text =
      '{{ $labels.job }}/{{ $labels.nope }}/{{ $externalLabels.region }}/{{ $externalURL }}/{{ $value }}/{{ .Value }}';
    expect(await expandAlertTemplate(text, data, at)).toBe('x//eu/http://p/0.5/0.5');
  });

  it('places errors in the text of the user', async () => {
    const run = expandAlertTemplate('\nab {{ $value.x }}', data, { ...at, name: 'N' });
    await expect(run).rejects.toMatchObject({ line: 2, column: 12, templateName: 'N' });
    await expect(run).rejects.toThrow(
      'error executing template N: template: N:2:12: executing "N" at <$value.x>: can\'t evaluate field x in type float64',
    );
  });

  it('refuses what is no template when it is compiled', () => {
    expect(() => compileAlertTemplate('N', '{{ $lables }}')).toThrow(TemplateError);
    expect(() => compileAlertTemplate('N', '{{ $lables }}')).toThrow(
      'error parsing template N: template: N:1: undefined variable "$lables"',
    );
  });

  it('is compiled once and expanded often', async () => {
    const template = compileAlertTemplate('N', '{{ $labels.job }} {{ $value | humanize }}');
    const values = await Promise.all([1, 2000].map((value) => template.expand({ ...data, value }, at)));
    expect(values).toEqual(['x 1', 'x 2k']);
  });

  it('shows histograms', async () => {
    const histogram = { count: 3, sum: 10, toString: () => '{count:3, sum:10}' };
    const text = '{{ $value }} {{ $value.Count }}';
    expect(await expandAlertTemplate(text, { ...data, value: histogram }, at)).toBe('{count:3, sum:10} 3');
  });
});
