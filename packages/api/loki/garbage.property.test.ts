import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fakeLogs, writeOrders } from './fake-logs.ts';

const PATHS = [
  '/loki/api/v1/query',
  '/loki/api/v1/query_range',
  '/loki/api/v1/labels',
  '/loki/api/v1/label/x/values',
  '/loki/api/v1/series',
  '/loki/api/v1/index/stats',
  '/loki/api/v1/index/volume',
  '/loki/api/v1/index/volume_range',
  '/loki/api/v1/patterns',
  '/loki/api/v1/detected_labels',
  '/loki/api/v1/detected_fields',
  '/loki/api/v1/detected_field/x/values',
  '/loki/api/v1/format_query',
  '/api/prom/query',
  '/api/v1/petrel/logs/query',
  '/api/v1/petrel/logs/histogram',
  '/api/v1/petrel/logs/fields',
  '/api/v1/petrel/logs/patterns',
];

const NAMES = [
  'query',
  'language',
  'start',
  'end',
  'since',
  'step',
  'limit',
  'interval',
  'direction',
  'time',
  'match',
  'match[]',
  'buckets',
  'sample',
  'targetLabels',
  'aggregateBy',
  'line_limit',
];

const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '{env="prod"}',
    '{}',
    '{',
    'rate({a="b"}[1m])',
    'a:b and',
    '*',
    'kql',
    'lucene',
    'logql',
    'labels',
    '',
  ),
  fc.constantFrom(
    '0',
    '-1',
    '1',
    '10',
    '1e9',
    '1e400',
    '.',
    '5m',
    '1y',
    '9223372036854775807',
    '99999999999999999999',
    'NaN',
    'Inf',
  ),
  fc.constantFrom(
    '2023-11-14T22:13:20Z',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999999999Z',
    '-9223372036854775808',
  ),
);

it('answers any parameters, if only that they are wrong', async () => {
  const logs = fakeLogs();
  writeOrders(logs);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...PATHS),
      fc.array(fc.tuple(fc.constantFrom(...NAMES), value), { maxLength: 6 }),
      async (path, params) => {
        const answer = await logs.app.inject(`${path}?${new URLSearchParams(params as [string, string][])}`);
        expect([answer.statusCode, answer.body]).toEqual([
          expect.toSatisfy((code) => code === 200 || code === 400 || code === 422),
          answer.body,
        ]);
        if (answer.statusCode === 200) JSON.parse(answer.body);
      },
    ),
    { numRuns: 1500 },
  );
}, 60_000);
