import { expect, it } from 'vitest';
import { findMistake } from './mistake.ts';

it.each([
  ['logql', '{app="x"} | json | | y', '|'],
  ['kql', 'level: (a or', ''],
  ['lucene', 'level:[1 TO', ''],
] as const)('finds the mistake of %s: %s', (language, query, part) => {
  const mistake = findMistake(language, query);
  expect(mistake?.message).not.toBe('');
  expect(query.slice(mistake?.from, mistake?.to)).toContain(part);
});

it.each([
  ['logql', ''],
  ['logql', '{service="order-service"} | json | unwrap duration | quantile_over_time(0.99, [5m])'],
  ['kql', 'level:ERROR AND user_id:"12345" AND @timestamp:[now-1h TO now]'],
  ['kql', 'duration:>1000 AND service:"order-service"'],
  ['lucene', 'trace_id:"4bf92f3577b34da6a3ce929d0e0e4736"'],
] as const)('finds none in %s: %s', (language, query) => {
  expect(findMistake(language, query)).toBeUndefined();
});
