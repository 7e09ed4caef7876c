import { Labels, LOG_LEVELS, type LogLevel } from '@petrel/model';
import { arbitraryLines, arbitraryQuery } from '@petrel/testkit/logql/agreement-arbitraries.ts';
import { difference, enginePoints, naivePoints } from '@petrel/testkit/logql/agreement-points.ts';
import type { NaiveLine } from '@petrel/testkit/logql/naive-query.ts';
import { textOfExpr } from '@petrel/testkit/logql/naive-query.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MemoryOptions } from './memory/memory-log-source.ts';
import { MemoryLogSource } from './memory/memory-log-source.ts';

function sourceOf(lines: readonly NaiveLine[], options: MemoryOptions): MemoryLogSource {
  const source = new MemoryLogSource(options);
  for (const { tsNs, stream, metadata, level, line } of lines) {
    const known = LOG_LEVELS.find((name): name is LogLevel => name === level) ?? 'unknown';
    source.write(Labels.of(stream), [{ tsNs, line, metadata, level: known }]);
  }
  return source;
}

describe('metric queries agree with plain loops over all lines', () => {
  test('counted by the source, read as a stream, and evaluated naively', { timeout: 120_000 }, async () => {
    const seen = { counted: 0, answered: 0 };
    await fc.assert(
      fc.asyncProperty(arbitraryLines, arbitraryQuery, async (lines, query) => {
        const text = textOfExpr(query.expr);
        const wanted = naivePoints(query, lines);
        const counting = sourceOf(lines, { blockLines: 5 });
        expect(difference(await enginePoints(query, counting), wanted), `counted: ${text}`).toBeUndefined();
        const reading = sourceOf(lines, { counts: false, blockLines: 3 });
        expect(difference(await enginePoints(query, reading), wanted), `read: ${text}`).toBeUndefined();
        const first = naivePoints({ ...query, steps: 1 }, lines);
        const instant = await enginePoints(query, counting, { instant: true });
        expect(difference(instant, first), `instant: ${text}`).toBeUndefined();
        if (counting.asked.select === 0) seen.counted++;
        if (wanted !== 'failed' && wanted.size > 0) seen.answered++;
      }),
      { numRuns: 600 },
    );
    // Plans that are never pushed down, and answers with nothing in them, would agree all the same.
    expect(seen.counted).toBeGreaterThan(60);
    expect(seen.answered).toBeGreaterThan(150);
  });
});
