import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Labels } from '@petrel/model';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import type { NameValidationScheme, RelabelAction, RelabelConfig } from '../config.ts';
import { compilePattern } from './pattern.ts';
import { compileRelabel } from './relabel.ts';
import { isValidTargetTemplate, validateRelabelConfig } from './validate.ts';

interface RawConfig {
  source_labels?: string[];
  separator?: string;
  regex?: string;
  modulus?: number;
  target_label?: string;
  replacement?: string;
  action?: string;
  name_validation?: NameValidationScheme;
}

interface Facts {
  relabel: { input: Record<string, string>; relabel: RawConfig[]; drop: boolean; output?: Record<string, string> }[];
  validate: { config: RawConfig; valid: boolean; error?: string }[];
  legacy_target_label: { target_label: string; valid: boolean }[];
}

function toConfig(raw: RawConfig): RelabelConfig {
  return {
    ...(raw.source_labels && { sourceLabels: raw.source_labels }),
    ...(raw.separator !== undefined && { separator: raw.separator }),
    ...(raw.regex !== undefined && { regex: raw.regex }),
    ...(raw.modulus !== undefined && { modulus: raw.modulus }),
    ...(raw.target_label !== undefined && { targetLabel: raw.target_label }),
    ...(raw.replacement !== undefined && { replacement: raw.replacement }),
    ...(raw.action !== undefined && { action: raw.action as RelabelAction }),
  };
}

const file = resolve(import.meta.dirname, '../../../../shared/conformance/prometheus-config/relabel.json');
const present = existsSync(file);

describe.skipIf(!present)('relabel conformance (skipped where the shared facts are absent)', () => {
  const facts = (present ? JSON.parse(readFileSync(file, 'utf8')) : { relabel: [], validate: [] }) as Facts;

  it.each(facts.relabel.map((c, i) => [i, c] as const))('chain %i', (_, { input, relabel, drop, output }) => {
    const result = compileRelabel(relabel.map(toConfig))(Labels.of(input));
    expect(result?.toObject()).toEqual(drop ? undefined : output);
  });

  it.each(facts.validate.map((c, i) => [i, c] as const))('validation %i', (_, { config, valid, error }) => {
    const problem = validateRelabelConfig(
      { ...toConfig(config), action: (config.action ?? '') as RelabelAction },
      config.name_validation,
    );
    if (valid) expect(problem).toBeUndefined();
    else expect(problem).toContain(error);
  });

  it.each(facts.legacy_target_label ?? [])('target label $target_label', ({ target_label, valid }) => {
    expect(isValidTargetTemplate(target_label, 'legacy')).toBe(valid);
  });
});

describe('relabel', () => {
  const one = (config: RelabelConfig, input: Record<string, string>): Record<string, string> | undefined =>
    compileRelabel([config])(Labels.of(input))?.toObject();

  it('expands numbered, braced and named groups as Go does', () => {
    const config = { sourceLabels: ['a'], regex: '(?P<host>[^:]+):(\\d+)', targetLabel: 'b' };
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of Go, not of JavaScript
    expect(one({ ...config, replacement: '${host}/$2/$$/$2x/${9}$' }, { a: 'h:1' })).toEqual({
      a: 'h:1',
      b: 'h/1/$//$',
    });
  });

  it('removes the target when the expansion is empty', () => {
    expect(one({ sourceLabels: ['a'], targetLabel: 'b', replacement: '' }, { a: '1', b: '2' })).toEqual({ a: '1' });
    expect(one({ sourceLabels: ['zzz'], targetLabel: 'b' }, { a: '1', b: '2' })).toEqual({ a: '1' });
  });

  it('maps label names without mapping its own results', () => {
    expect(one({ action: 'labelmap', regex: 'x(.*)', replacement: 'xx$1' }, { x: '1' })).toEqual({ x: '1', xx: '1' });
  });

  it('keeps a dropped chain dropped and shares unchanged label sets', () => {
    const labels = Labels.of({ a: '1' });
    expect(compileRelabel([{ sourceLabels: ['a'], regex: '1', action: 'keep' }])(labels)).toBe(labels);
    expect(one({ sourceLabels: ['a'], targetLabel: 'a', action: 'dropequal' }, { a: '1' })).toBeUndefined();
  });

  it('refuses a broken expression with its reason', () => {
    expect(() => compileRelabel([{ regex: '(', action: 'labeldrop' }])).toThrow(/invalid regular expression/);
  });
});

describe('the shortcuts of patterns agree with RE2', () => {
  const piece = fc.constantFrom('a', 'b', '_', 'ab', '\n', '');
  const middle = fc.constantFrom('.*', '.+', '(.*)', '(.+)');
  it('for any prefix, suffix and text', () => {
    fc.assert(
      fc.property(
        piece,
        middle,
        piece,
        fc.array(piece, { maxLength: 4 }).map((p) => p.join('')),
        (prefix, mid, suffix, text) => {
          const source = `${prefix}${mid}${suffix}`;
          const m = RE2JS.compile(source, RE2JS.DOTALL).matcher(text);
          const truth = m.matches();
          const captures = compilePattern(source).captures(text);
          expect(compilePattern(source).matches(text)).toBe(truth);
          expect(captures !== undefined).toBe(truth);
          if (truth && mid.startsWith('(')) expect(captures?.number(1)).toBe(m.group(1));
        },
      ),
    );
  });
});

describe('any chain of steps', () => {
  const name = fc.constantFrom('a', 'b', 'c', '__name__');
  const step: fc.Arbitrary<RelabelConfig> = fc.oneof(
    fc.record({
      action: fc.constantFrom<RelabelAction>('replace', 'keep', 'drop'),
      sourceLabels: fc.array(name, { maxLength: 2 }),
      regex: fc.constantFrom('(.*)', 'x|y', '(x).*', '.*(y)', '[^x]*'),
      targetLabel: name,
      replacement: fc.constantFrom('$1', 'z', '', '$1-$1'),
    }),
    fc.record({
      action: fc.constantFrom<RelabelAction>('labeldrop', 'labelkeep'),
      regex: fc.constantFrom('a', 'a|b', '[bc]', '__.*'),
    }),
  );
  it('yields sorted labels without empty values, or nothing', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 5 }),
        fc.dictionary(name, fc.constantFrom('x', 'y', 'xy')),
        (steps, input) => {
          const out = compileRelabel(steps)(Labels.of(input));
          if (out === undefined) return;
          expect(out.equals(Labels.of(out.toObject()))).toBe(true);
          for (const [, value] of out) expect(value).not.toBe('');
        },
      ),
    );
  });
});
