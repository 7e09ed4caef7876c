import { expect, it } from 'vitest';
import { parseFilter } from './matchers-text.ts';
import { compileFilter, matchesEmpty } from './matching.ts';

const alert = { labels: { alertname: 'DiskFull', instance: 'web-1:9100' }, annotations: { summary: 'Only 3% left' } };
const passes = (filter: string) => compileFilter(parseFilter(filter)).test(alert);

it('matches labels with anchored RE2 and words anywhere', () => {
  expect(passes('instance=~"web.*"')).toBe(true);
  expect(passes('instance=~"web"')).toBe(false);
  expect(passes('team=""')).toBe(true);
  expect(passes('team!=""')).toBe(false);
  expect(passes('diskfull 3%')).toBe(true);
  expect(passes('diskfull 4%')).toBe(false);
  expect(passes('')).toBe(true);
});

it('names a regular expression that does not compile', () => {
  expect(compileFilter(parseFilter('a=~"("')).error).toMatch(/^a=~"\(": /);
});

it('knows matchers that hold nothing back', () => {
  expect(matchesEmpty({ name: 'a', type: '=~', value: '.*' })).toBe(true);
  expect(matchesEmpty({ name: 'a', type: '!=', value: 'b' })).toBe(true);
  expect(matchesEmpty({ name: 'a', type: '=', value: 'b' })).toBe(false);
});
