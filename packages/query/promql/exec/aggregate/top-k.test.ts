import { Labels } from '@petrel/model';
import { expect, test } from 'vitest';
import { createPromqlEngine } from '../../engine.ts';
import { MemorySource } from '../../memory/memory-source.ts';

const COUNT = 200;

function engine() {
  const source = new MemorySource();
  for (let s = 0; s < COUNT; s++) {
    // A permutation of 0 to 199; every tenth is NaN.
    const value = s % 10 === 0 ? Number.NaN : (s * 77) % COUNT;
    source.write(Labels.of({ __name__: 'x', s: String(s) }), [{ tMs: 0, value }]);
  }
  return createPromqlEngine({ source });
}

async function values(query: string): Promise<readonly number[]> {
  const { value } = await engine().instant({ query, timeMs: 0 });
  return value.type === 'vector' ? value.samples.map((sample) => sample.value) : [];
}

const numbers = Array.from({ length: COUNT }, (_, s) => s)
  .filter((s) => s % 10 !== 0)
  .map((s) => (s * 77) % COUNT);

// Small counts are kept in order all along, large ones sorted at the end.
test.each([1, 5, 48, 49, 100, 179])('topk and bottomk of %i', async (k) => {
  expect(await values(`topk(${k}, x)`)).toEqual([...numbers].sort((a, b) => b - a).slice(0, k));
  expect(await values(`bottomk(${k}, x)`)).toEqual([...numbers].sort((a, b) => a - b).slice(0, k));
});

test('NaN comes last, and only when there is nothing else', async () => {
  const all = await values('topk(1000, x)');
  expect(all).toHaveLength(COUNT);
  expect(all.slice(180).every(Number.isNaN)).toBe(true);
  expect(await values('topk(0, x)')).toEqual([]);
  expect(await values('topk(-3, x)')).toEqual([]);
});

test('a parameter that is no number is an error', async () => {
  await expect(values('topk(NaN, x)')).rejects.toMatchObject({ message: 'Parameter value is NaN' });
});
