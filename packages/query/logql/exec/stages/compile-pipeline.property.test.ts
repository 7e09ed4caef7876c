import { Labels } from '@petrel/model';
import { lines, metadata, pipelines } from '@petrel/testkit/logql/random-pipeline.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePipeline } from './compile-pipeline.ts';

const streams = [Labels.EMPTY, Labels.of({ app: 'x', level: 'error' }), Labels.of({ n: '42' })];
const inputs = fc.array(fc.record({ line: lines, metadata, stream: fc.constantFrom(...streams) }), { maxLength: 6 });

test('no line throws, and a line gives the same beside others as alone', () => {
  fc.assert(
    fc.property(pipelines, inputs, ({ stages }, all) => {
      const isAlone = stages.every(({ kind }) => kind !== 'distinct');
      const make = compilePipeline(stages);
      const together = make();
      for (const { line, metadata: pairs, stream } of all) {
        const input = { line, tsNs: 1n, metadata: pairs };
        const result = together.forStream(stream).process(input);
        if (isAlone) expect(result).toEqual(make().forStream(stream).process(input));
        if (result === undefined) continue;
        const { labels, stream: own, metadata: meta, parsed } = result;
        expect(Labels.from([...own, ...meta, ...parsed]).key).toBe(labels.key);
        expect(own.size + meta.size + parsed.size).toBe(labels.size);
        expect([...labels].map(([name]) => name)).toEqual([...labels].map(([name]) => name).sort());
      }
    }),
    { numRuns: 500 },
  );
});

const names = fc.subarray(['level', 'app', 'msg', 'n', 'trace_id', 'level_extracted', 'fields_n'], { minLength: 0 });

test('where only some labels are needed, those are the same and there are no others', () => {
  fc.assert(
    fc.property(pipelines, inputs, names, ({ stages }, all, wanted) => {
      const needed = new Set(wanted);
      const whole = compilePipeline(stages)();
      const narrow = compilePipeline(stages, { needed })();
      for (const { line, metadata: pairs, stream } of all) {
        const input = { line, tsNs: 1n, metadata: pairs };
        const full = whole.forStream(stream).process(input);
        const few = narrow.forStream(stream).process(input);
        expect(few?.line).toBe(full?.line);
        const error = full?.labels.get('__error__');
        expect(few?.labels.get('__error__')).toBe(error);
        for (const name of needed) expect(few?.labels.get(name)).toBe(full?.labels.get(name));
        if (error === '') expect(few?.labels.without(needed).toObject()).toEqual({});
        expect(Labels.from([...(few?.stream ?? []), ...(few?.metadata ?? []), ...(few?.parsed ?? [])]).key).toBe(
          few?.labels.key ?? '',
        );
      }
    }),
    { numRuns: 500 },
  );
});
