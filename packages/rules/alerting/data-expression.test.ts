import { Labels } from '@petrel/model';
import { parseExpr } from '@petrel/query/promql/parse/index.ts';
import { expect, test } from 'vitest';
import { dataExpressionOf } from './data-expression.ts';

test.each([
  ['up == 0', 'up'],
  ['(up) == (0)', 'up'],
  ['0 == up', 'up'],
  ['a / b > 0.05', 'a / b'],
  ['(a / b > 0.05) and on (job) c', 'a / b'],
  ['a > 1 unless b', 'a'],
  ['a > 1 < 5', 'a'],
  ['a > b', 'a'],
  ['a > 1 or b < 2', 'a or b'],
  ['sum by (job) (rate(x[5m])) > 3', 'sum by (job) (rate(x[5m]))'],
  ['up', 'up'],
  ['a > bool 1', 'a > bool 1'],
  // What is not there may be as it should be.
  ['absent(up)', undefined],
  ['absent_over_time(up[5m]) == 1', undefined],
  ['count(up == 0) > 2', undefined],
  ['topk(3, x) > 1', undefined],
  ['(a and b) / c > 1', undefined],
  ['a > on (x) b or c > 1', undefined],
  ['1 > 2', undefined],
] as const)('%s looks at %s', (text, data) => {
  const expr = text === '1 > 2' ? parseExpr('vector(1) > 2') : parseExpr(text);
  const query = dataExpressionOf(expr)?.query;
  expect(query).toBe(text === '1 > 2' ? 'vector(1)' : data);
});

test('what result and data have in common is compared', () => {
  const data = { __name__: 'a', job: 'j', instance: 'i' };
  const common = (text: string, result: Record<string, string>) => {
    const found = dataExpressionOf(parseExpr(text));
    return found?.projectionOf(Labels.of(data)).equals(found.projectionOf(Labels.of(result)));
  };
  expect(common('a > 1', data)).toBe(true);
  expect(common('a > 1', { ...data, job: 'k' })).toBe(false);
  expect(common('a > on (job) b', { job: 'j' })).toBe(true);
  expect(common('a > ignoring (instance) b', { job: 'j' })).toBe(true);
  expect(common('a > on (job) group_left (zone) b', { ...data, zone: 'z' })).toBe(true);
  expect(common('a > on (job) group_left (zone) b', { ...data, instance: 'other' })).toBe(false);
});
