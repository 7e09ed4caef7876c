import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseFilterPattern, testPattern } from '../logql/exec/stages/pattern-expression.ts';
import { PatternMiner } from './pattern-miner.ts';

const WORDS = [
  'user',
  'ok',
  'a=1',
  'b=x',
  '17',
  '12ms',
  'blk_-5',
  'blk_77',
  'x.log',
  'f-001.gz',
  '10.0.0.1:80',
  '10:31:07',
  '<a>',
  '<_>',
  '<<b>>',
  '"q"',
  '\\"',
  '\\n',
  'Jun',
  'Mon',
  'jk2_init()',
  'é1',
  '::1',
  '1:2:',
  ':3:4',
  'a1b222b',
  '0x1f',
  'k="v w"',
  '[x]',
  '\u0000',
  'a_1_b_2',
  '-',
  '--9',
  '{',
  '}',
  ',',
];
const GAPS = [' ', '  ', '\t', '\n', ''];
const HEADS = [
  '',
  'Jun  9 06:06:20',
  'Jul 10 06:06:20',
  '[Sun Dec 04 04:47:44 2005]',
  '{"message":"',
  '{"a":{"message":"x"},"msg" : "',
  '{"a":1,"b":[',
  ' ',
];

const line = fc
  .tuple(
    fc.constantFrom(...HEADS),
    fc.array(
      fc.tuple(
        fc.constantFrom(...GAPS, ' ', ' ', ' '),
        fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...WORDS) }, fc.string({ maxLength: 6 })),
      ),
      { maxLength: 9 },
    ),
    fc.constantFrom('', '', ' ', '\n', '"}', '","z":1}', '\nmore'),
  )
  .map(([head, words, end]) => head + words.map(([gap, word]) => gap + word).join('') + end);

/** Lines that are near to each other, so that clusters form and widen. */
const lines = fc
  .tuple(
    fc.array(line, { minLength: 1, maxLength: 4 }),
    fc.array(fc.tuple(fc.nat(3), fc.nat(8), fc.constantFrom(...WORDS)), { maxLength: 80 }),
  )
  .map(([bases, changes]) =>
    changes
      .map(([base, at, word]) => {
        const parts = (bases[base % bases.length] as string).split(/( +)/);
        if (parts.length > 0) parts[(2 * at) % (parts.length + 1)] = word;
        return parts.join('');
      })
      .concat(bases),
  );

it('gives patterns that every line of their cluster matches', () => {
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 50 }), (all, maxClusters) => {
      const miner = new PatternMiner({ maxClusters });
      const clusters = all.map((one) => miner.add(one));
      for (const [i, text] of all.entries()) {
        const { pattern } = (clusters[i] as (typeof clusters)[number]).root;
        expect({ pattern, text, matches: testPattern(parseFilterPattern(pattern), text) }).toEqual({
          pattern,
          text,
          matches: true,
        });
      }
      expect(miner.clusters.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
      expect(miner.clusters.length).toBeLessThanOrEqual(maxClusters + 2);
    }),
    { numRuns: 3000 },
  );
});

it('gives the same clusters for the same lines', () => {
  fc.assert(
    fc.property(lines, (all) => {
      const run = () => {
        const miner = new PatternMiner();
        for (const one of all) miner.add(one);
        return miner.clusters.map(({ pattern, count, example }) => ({ pattern, count, example }));
      };
      expect(run()).toEqual(run());
    }),
    { numRuns: 200 },
  );
});
