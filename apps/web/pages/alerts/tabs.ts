export const TABS = ['active', 'rules', 'silences', 'routing', 'explain', 'rehearse', 'lint'] as const;

export type TabName = (typeof TABS)[number];

/** `/alerts` is the first tab, every other has its name behind it. */
export function tabPath(tab: TabName): string {
  return tab === 'active' ? '/alerts' : `/alerts/${tab}`;
}

/** The tab of an address; the first one for addresses that nobody knows. */
export function tabOf(path: string): TabName {
  const name = path.split('/')[2] ?? '';
  return TABS.find((tab) => tab === name) ?? 'active';
}
