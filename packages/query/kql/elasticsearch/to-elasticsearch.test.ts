import { expect, it } from 'vitest';
import { parseLucene } from '../lucene/index.ts';
import { parseKql } from '../parse/index.ts';
import { toElasticsearch } from './to-elasticsearch.ts';

const should = (...queries: unknown[]) => ({ bool: { should: queries, minimum_should_match: 1 } });

it.each([
  ['not a:b', { bool: { must_not: should({ match: { a: 'b' } }) } }],
  ['a:"b c"', should({ match_phrase: { a: 'b c' } })],
  ['"b c"', { multi_match: { type: 'phrase', query: 'b c', lenient: true } }],
  ['b+c*', { query_string: { query: 'b\\+c*' } }],
  ['n >= 5', should({ range: { n: { gte: '5' } } })],
  ['t > "2024"', should({ range: { t: { gt: '2024', time_zone: 'Asia/Shanghai' } } })],
  ['os*:x', should({ match: { 'os.name': 'x' } }, { match: { 'os.version': 'x' } })],
  [
    'n:{ a:{ b:true } }',
    {
      nested: {
        path: 'n',
        query: { nested: { path: 'n.a', query: should({ match: { 'n.a.b': true } }), score_mode: 'none' } },
        score_mode: 'none',
      },
    },
  ],
  ['items*:*', should({ nested: { path: 'items', query: { exists: { field: 'items.id' } }, score_mode: 'none' } })],
  ['*:*', { match_all: {} }],
])('%s', (text, expected) => {
  const fields = [
    { name: 't', type: 'date' },
    { name: 'os.name' },
    { name: 'os.version' },
    { name: 'items.id', nestedPath: 'items' },
  ];
  expect(toElasticsearch(parseKql(text), { fields, timeZone: 'Asia/Shanghai' })).toEqual(expected);
});

it('what only Lucene has is a query_string on the field', () => {
  expect(toElasticsearch(parseLucene('a:/x.*/ AND b:foo~1'))).toEqual({
    bool: {
      filter: [
        should({ query_string: { fields: ['a'], query: '/x.*/' } }),
        should({ query_string: { fields: ['b'], query: 'foo~1' } }),
      ],
    },
  });
});
