import { expect, it } from 'vitest';
import { severityOf, severityRank } from './severity.ts';

it('reads severity before priority, in any case', () => {
  expect(severityOf({ severity: 'Critical', priority: 'P3' })).toBe('critical');
  expect(severityOf({ priority: 'P0' })).toBe('critical');
  expect(severityOf({ severity: 'strange', priority: 'p1' })).toBe('major');
  expect(severityOf({ severity: 'strange' })).toBe('none');
  expect(severityRank('critical')).toBeLessThan(severityRank('warning'));
});
