import { showSequence } from '@petrel/testkit/promql/compare.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatHistogram } from '../histogram/index.ts';
import { PromqlParseError } from '../parse/index.ts';
import { parseSeriesDescription, parseStartOffsets } from './series-description.ts';

const shown = (text: string): string => parseSeriesDescription(text).values.map(showSequence).join(' ');

describe('parseSeriesDescription', () => {
  it('expands sequences', () => {
    expect(shown('a 1 -1.5 +2 1e3 Inf -inf NaN 5m stale _')).toBe('1 -1.5 2 1000 +Inf -Inf NaN 300 stale _');
    expect(shown('a 1x2 3-1x2 -3-3x1 _x2 0+0.1x2 .5x1')).toBe('1 1 1 3 2 1 -3 -6 _ _ 0 0.1 0.2 0.5 0.5');
    expect(shown('a{b="c"}   1\t2  ')).toBe('1 2');
    expect(shown('{"a.b", c="d"} 1')).toBe('1');
    expect(parseSeriesDescription('{"a.b", "c.d"="e"} 1').labels.toObject()).toEqual({ __name__: 'a.b', 'c.d': 'e' });
  });

  it('expands histograms', () => {
    expect(shown('a {{schema:1 buckets:[1 2] offset:-1}}x1 {{}}')).toBe(
      '{{schema:1 offset:-1 buckets:[1 2]}} {{schema:1 offset:-1 buckets:[1 2]}} {{}}',
    );
    expect(shown('a {{count:2 buckets:[2]}}+{{count:1 buckets:[1]}}x2')).toBe(
      '{{count:2 buckets:[2]}} {{count:3 buckets:[3]}} {{count:4 buckets:[4]}}',
    );
    const [value] = parseSeriesDescription(
      'a {{schema:-53 custom_values:[1 +Inf] counter_reset_hint:gauge sum:-1.5}}',
    ).values;
    expect(value).toMatchObject({ hintSet: true, histogram: { schema: -53, counterResetHint: 'gauge', sum: -1.5 } });
    expect(value?.kind === 'histogram' && formatHistogram(value.histogram)).toContain('custom_values:[1 +Inf]');
  });

  it('refuses what is no sequence', () => {
    for (const text of [
      'a 1+1',
      'a 1x',
      'a 1x-1',
      'a _1',
      'a stale1',
      'a {{',
      'a {{schema}}',
      'a {{sum:x}}',
      'a {{buckets:[]}}',
      'a {{count:1 count:1}}',
      'a {b="c"} 1',
      'a{b=c} 1',
      'a 1x99999999999',
      '5 5',
    ]) {
      expect(() => parseSeriesDescription(text), text).toThrow(PromqlParseError);
    }
  });

  it('throws nothing else, whatever the text', () => {
    const pieces = fc.constantFrom(
      'a',
      '{',
      '}',
      '{{',
      '}}',
      'x3',
      '+',
      '-',
      '_',
      '1',
      '1e3',
      ' ',
      'schema:',
      'buckets:[1 2]',
      'sum:',
      'stale',
      '"',
      '[',
      ']',
      'é',
      '\t',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 15 }), (parts) => {
        try {
          parseSeriesDescription(parts.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(PromqlParseError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('parseStartOffsets', () => {
  it('expands offsets', () => {
    expect(parseStartOffsets('-1m -1mx1 -1m+15sx2 _ _x2 0s')).toEqual([
      -60_000,
      -60_000,
      -60_000,
      -60_000,
      -45_000,
      -30_000,
      undefined,
      undefined,
      undefined,
      0,
    ]);
  });
});
