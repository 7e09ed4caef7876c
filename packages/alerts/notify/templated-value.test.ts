import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goJson } from './go-json.ts';
import { renderValue } from './templated-value.ts';

const same = (text: string): string => text;

describe('values whose texts are templates', () => {
  it('read what comes out as YAML', () => {
    expect(renderValue('7', same)).toBe(7);
    expect(renderValue('true', same)).toBe(true);
    expect(renderValue('', same)).toBeNull();
    expect(renderValue('plain text', same)).toBe('plain text');
    expect(renderValue('"7"', same)).toBe('"7"');
    expect(renderValue('[{"b":"1.10","a":1.5}]', same)).toEqual([{ a: 1.5, b: '1.10' }]);
    expect(renderValue('- a\n- 2', same)).toEqual(['a', 2]);
    expect(renderValue('{ unclosed', same)).toBe('{ unclosed');
    expect(renderValue('12345678901234567890', same)).toBe('12345678901234567890');
    expect(renderValue('007', same)).toBe('007');
  });

  it('expand keys, sort them, and keep null', () => {
    const value = { b: 'x', '{{k}}': ['y', null] };
    const rendered = renderValue(value, (text) => text.replace('{{k}}', 'a'));
    expect(JSON.stringify(rendered)).toBe('{"a":["y",null],"b":"x"}');
  });

  it('never throw for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(() => JSON.stringify(renderValue(text, same))).not.toThrow();
      }),
    );
  });

  it('are written as Go writes JSON', () => {
    expect(goJson({ a: '<b>&\u2028', c: 'ä"' })).toBe('{"a":"\\u003cb\\u003e\\u0026\\u2028","c":"ä\\""}');
  });
});
