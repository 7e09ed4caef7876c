import { expect, it } from 'vitest';
import { TABS, tabOf, tabPath } from './tabs.ts';

it('finds every tab again by its address', () => {
  for (const tab of TABS) expect(tabOf(tabPath(tab))).toBe(tab);
  expect(tabOf('/alerts/silences/new')).toBe('silences');
  expect(tabOf('/alerts/nosuch')).toBe('active');
});
