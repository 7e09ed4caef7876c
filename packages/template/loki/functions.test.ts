import { describe, expect, test } from 'vitest';
import { compileTemplate } from '../compiled-template.ts';
import { TemplateError } from '../template-error.ts';
import { STRING_MAP } from '../values/go-type.ts';
import { GoMap } from '../values/go-value.ts';
import { lokiFunctions } from './functions.ts';
import { parseByteSize } from './parse-bytes.ts';
import { parseGoDuration } from './parse-duration.ts';

const functions = lokiFunctions({
  line: () => 'the line',
  timestampNs: () => 1_656_353_124_120_000_001n,
  nowMs: () => 1_700_000_000_000,
});

function render(text: string, labels: Record<string, string> = {}): string {
  const template = compileTemplate('line', text, { functions });
  try {
    return template.execute(new GoMap(STRING_MAP, new Map(Object.entries(labels))), { missingKey: 'zero' });
  } catch (error) {
    if (error instanceof TemplateError) return error.message.replace(/^.*?>: /, '');
    throw error;
  }
}

describe('texts', () => {
  test.each([
    ['{{ title "hello wORLD-wide x_y" }}', 'Hello WORLD-Wide X_y'],
    ['{{ trunc 3 "abcde" }} {{ trunc -3 "abcde" }} {{ trunc 9 "ab" }}', 'abc cde ab'],
    [
      '{{ substr 1 3 "abcde" }} {{ substr -1 2 "abcde" }} {{ substr 3 -1 "abcde" }} {{ substr 3 99 "abcde" }}',
      'bc ab de de',
    ],
    ['{{ substr 7 9 "abc" }}', 'error calling substr: runtime error: slice bounds out of range [7:3] with length 3'],
    ['{{ replace "a" "$1" "banana" }} {{ Replace "banana" "a" "o" 2 }}', 'b$1n$1n$1 bonona'],
    ['{{ Replace "ab" "" "-" -1 }} {{ Replace "ab" "" "-" 1 }}', '-a-b- -ab'],
    ['{{ trim "  a " }}|{{ trimAll "-" "--a-" }}|{{ trimPrefix "a" "ab" }}|{{ trimSuffix "b" "ab" }}', 'a|a|b|a'],
    ['{{ TrimLeft "xxab" "x" }} {{ TrimRight "abxx" "x" }} {{ Trim "xaxx" "x" }}', 'ab ab a'],
    ['{{ nindent 2 "a\\nb" }}', '\n  a\n  b'],
    ['{{ alignLeft 5 "ab" }}|{{ alignRight 5 "ab" }}|{{ alignRight 2 "abc" }}', 'ab   |   ab|bc'],
    ['{{ regexReplaceAll "(a)(b)?" "abaa" "<$1>" }}', '<a><a><a>'],
    ['{{ regexReplaceAllLiteral "a" "banana" "$1" }}', 'b$1n$1n$1'],
    [
      '{{ regexReplaceAll "(" "x" "y" }}',
      'error calling regexReplaceAll: error parsing regexp: missing closing ): `(`',
    ],
    ['{{ count "a+" "aabaa" }} {{ count "x*" "ab" }}', '2 3'],
    [
      '{{ b64enc "a?>" }} {{ b64dec "YT8+" }} {{ b64dec "YT8" }} {{ b64dec "-" }}',
      'YT8+ a?> a? illegal base64 data at input byte 0',
    ],
    ['{{ urlencode "a b/c" }} {{ urldecode "a+b%2Fc" }}', 'a+b%2Fc a b/c'],
    ['{{ repeat 3 "ab" }} {{ contains "b" "abc" }} {{ hasSuffix "c" "abc" }}', 'ababab true true'],
    ['{{ repeat -1 "a" }}', 'error calling repeat: strings: negative Repeat count'],
    ['{{ default "x" .none }} {{ .none | default "y" }} {{ default "x" "z" }}', 'x y z'],
    ['{{ __line__ | upper }}', 'THE LINE'],
  ])('%s', (text, expected) => {
    expect(render(text)).toBe(expected);
  });
});

describe('numbers', () => {
  test.each([
    ['{{ add 1 "2" 3.9 }} {{ sub 5 "7" }} {{ mul 2 3 4 }} {{ div 7 2 }} {{ mod 7 "4" }}', '6 -2 24 3 3'],
    ['{{ div 1 0 }}', 'error calling div: runtime error: integer divide by zero'],
    ['{{ add "x" 1 }} {{ int "12.00" }} {{ int "0x1f" }} {{ int "12.9" }} {{ int "-.5" }}', '1 12 31 12 0'],
    ['{{ addf 0.1 0.2 }} {{ subf 5 "1.5" 1 }} {{ mulf 1.5 "2" }} {{ divf 10 4 }}', '0.3 2.5 3 2.5'],
    ['{{ divf 1 3 }} {{ divf 2 3 }}', '0.3333333333333333 0.6666666666666667'],
    ['{{ divf 1 0 }}', 'error calling divf: decimal division by 0'],
    ['{{ max 1 "3" 2 }} {{ min 1 "3" 2 }} {{ maxf 1.5 "3" }} {{ minf 1.5 2 }}', '3 1 3 1.5'],
    ['{{ ceil "1.2" }} {{ floor 1.8 }} {{ round 3.14159 2 }} {{ round 3.12 1 0.2 }}', '2 1 3.14 3.2'],
    ['{{ bytes "1.5KiB" }} {{ duration "1h1m" }} {{ duration_seconds "1500ms" }}', '1536 3660 1.5'],
    ['{{ $x := fromJson "{\\"a\\":[1,{\\"b\\":2}]}" }}{{ (index $x.a 1).b }} {{ fromJson "x" }}', '2 <no value>'],
  ])('%s', (text, expected) => {
    expect(render(text)).toBe(expected);
  });
});

describe('times', () => {
  test.each([
    ['{{ __timestamp__ | unixEpoch }} {{ unixEpochMillis __timestamp__ }}', '1656353124 1656353124120'],
    ['{{ unixEpochNanos __timestamp__ }} {{ now | unixEpoch }}', '1656353124120000001 1700000000'],
    ['{{ toDateInZone "2006-01-02 15:04" "Europe/Paris" "2023-07-01 12:00" | unixEpoch }}', '1688205600'],
    ['{{ toDateInZone "2006-01-02" "Nowhere/At-All" "2023-07-01" | unixEpoch }}', '1688169600'],
    [
      '{{ (unixToTime "1673798889").UTC.Format "2006-01-02" }} {{ unixEpochMillis (unixToTime "1673798889902") }}',
      '2023-01-15 1673798889902',
    ],
    [
      '{{ unixToTime "x" }}',
      `error calling unixToTime: unable to parse time 'x': strconv.ParseInt: parsing "x": invalid syntax`,
    ],
    ['{{ (toDate "2006-01-02" "no date").Year }}', '1'],
  ])('%s', (text, expected) => {
    expect(render(text)).toBe(expected);
  });
});

test.each([
  ['1h30m', 5_400e9],
  ['-1.5ms', -1.5e6],
  ['+.5s', 0.5e9],
  ['1us2µs3μs', 6000],
  ['0', 0],
])('duration %s', (text, ns) => {
  expect(parseGoDuration(text)).toBe(ns);
});

test.each([
  ['', 'time: invalid duration ""'],
  ['-', 'time: invalid duration "-"'],
  ['.s', 'time: invalid duration ".s"'],
  ['5', 'time: missing unit in duration "5"'],
  ['1d', 'time: unknown unit "d" in duration "1d"'],
  ['9999999h', 'time: invalid duration "9999999h"'],
])('duration %s is none', (text, message) => {
  expect(() => parseGoDuration(text)).toThrow(message);
});

test.each([
  ['42', 42],
  ['3 kB', 3000],
  ['3KiB', 3072],
  ['1,024 b', 1024],
  ['1.9999', 1],
  ['2 Gi', 2_147_483_648],
])('size %s', (text, bytes) => {
  expect(parseByteSize(text)).toBe(bytes);
});

test.each([
  ['', 'strconv.ParseFloat: parsing "": invalid syntax'],
  ['-5', 'strconv.ParseFloat: parsing "": invalid syntax'],
  ['2qb', 'unhandled size name: qb'],
  ['99EiB', 'too large: 99EiB'],
])('size %s is none', (text, message) => {
  expect(() => parseByteSize(text)).toThrow(message);
});
