import { Labels, LOG_LEVELS } from '@petrel/model';
import { lines, metadata, pipelines } from '@petrel/testkit/logql/random-pipeline.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePipeline } from '../exec/stages/compile-pipeline.ts';
import { evaluatePredicate } from './evaluate-predicate.ts';
import { pushedPredicate } from './pushed-predicate.ts';

const streams = [Labels.EMPTY, Labels.of({ app: 'x' }), Labels.of({ app: 'error', n: '42' })];
const rows = fc.record({
  line: lines,
  metadata,
  stream: fc.constantFrom(...streams),
  level: fc.constantFrom(...LOG_LEVELS),
});

/** As sources give it: with the level where there is none. */
function withLevel(pairs: readonly string[], level: string): readonly string[] {
  if (level === 'unknown' || pairs.includes('detected_level')) return pairs;
  const entries = [...Labels.of({ detected_level: level })];
  for (let i = 0; i < pairs.length; i += 2) entries.push([pairs[i] as string, pairs[i + 1] as string]);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).flat();
}

const options = fc.constantFrom(undefined, new Set(['app', 'n']), new Set(['app', 'n', 'level', 'msg']));

test('what a pipeline lets through satisfies its predicate; where exact, nothing else does', () => {
  fc.assert(
    fc.property(pipelines, fc.array(rows, { maxLength: 6 }), options, ({ stages }, all, streamLabelNames) => {
      const { predicate, exact } = pushedPredicate(stages, streamLabelNames === undefined ? {} : { streamLabelNames });
      const pipeline = compilePipeline(stages)();
      for (const { line, metadata: pairs, stream, level } of all) {
        const input = { line, tsNs: 0n, metadata: withLevel(pairs, level) };
        const result = pipeline.forStream(stream).process(input);
        const row = { line, metadata: pairs, level, traceId: '', spanId: '' };
        const satisfies = predicate === undefined || evaluatePredicate(predicate, row);
        if (result !== undefined) expect(satisfies).toBe(true);
        if (!exact) continue;
        expect(result !== undefined).toBe(satisfies);
        if (result !== undefined) expect([result.line, result.parsed.toObject()]).toEqual([line, {}]);
      }
    }),
    { numRuns: 1500 },
  );
});
