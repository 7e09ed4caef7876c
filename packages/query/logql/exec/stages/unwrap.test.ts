import { Labels } from '@petrel/model';
import { expect, test } from 'vitest';
import type { LogRange, MetricExpr, Unwrap } from '../../parse/ast.ts';
import { parseMetricQuery } from '../../parse/index.ts';
import { compileUnwrap, type UnwrapOptions } from './unwrap.ts';

function unwrapOf(text: string): Unwrap {
  const { over } = parseMetricQuery(`sum_over_time({a="b"} | ${text} [1m])`) as Extract<MetricExpr, { over: LogRange }>;
  return over.unwrap as Unwrap;
}

function sample(text: string, record: Record<string, string>, options: UnwrapOptions = {}) {
  const labels = Labels.of(record);
  const result = compileUnwrap(
    unwrapOf(text),
    options,
  )({
    ...{ line: '', labels },
    ...{ stream: labels, metadata: Labels.EMPTY, parsed: Labels.EMPTY },
  });
  return result === undefined ? undefined : [result.value, result.labels.toObject()];
}

test('the number leaves, the other labels stay', () => {
  expect(sample('unwrap n', { n: '1.5', app: 'x' })).toEqual([1.5, { app: 'x' }]);
  expect(sample('unwrap n', { n: '1.5', app: 'x' }, { keepsLabel: true })).toEqual([1.5, { app: 'x', n: '1.5' }]);
  expect(sample('unwrap duration(n)', { n: '1m1.5s' })).toEqual([61.5, {}]);
  expect(sample('unwrap duration_seconds(n)', { n: '-250ms' })).toEqual([-0.25, {}]);
  expect(sample('unwrap bytes(n)', { n: '1.5 KiB' })).toEqual([1536, {}]);
});

test('a line without the label gives nothing', () => {
  expect(sample('unwrap n', { app: 'x' })).toBeUndefined();
});

test('what is no number is an error, which a filter behind can drop', () => {
  const details = 'strconv.ParseFloat: parsing "x": invalid syntax';
  const errors = { __error__: 'SampleExtractionErr', __error_details__: details };
  expect(sample('unwrap n', { n: 'x', app: 'y' })).toEqual([0, { n: 'x', app: 'y', ...errors }]);
  expect(sample('unwrap n | __error__=""', { n: 'x' })).toBeUndefined();
  expect(sample('unwrap n | __error__=""', { n: '1' })).toEqual([1, {}]);
});

test('filters behind see the label that is unwrapped', () => {
  expect(sample('unwrap n | n > 5', { n: '4' })).toBeUndefined();
  expect(sample('unwrap n | n > 5', { n: '6' })).toEqual([6, {}]);
});

test('errors of stages before stay', () => {
  expect(sample('unwrap n', { n: '1', __error__: 'JSONParserErr' })).toEqual([
    1,
    { n: '1', __error__: 'JSONParserErr' },
  ]);
});
