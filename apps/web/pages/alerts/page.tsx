import { Loader, Stack } from '@mantine/core';
import type { ComponentType, ReactNode } from 'react';
import { lazy, Suspense } from 'react';
import type { TextKey } from '../../i18n/en.ts';
import { useI18n } from '../../i18n/index.tsx';
import { useLocation } from '../../shell/location.ts';
import { SectionTabs } from '../../shell/section-tabs.tsx';
import type { TabName } from './tabs.ts';
import { TABS, tabOf, tabPath } from './tabs.ts';

const VIEWS: Readonly<Record<TabName, ComponentType>> = {
  active: lazy(async () => ({ default: (await import('./active/page.tsx')).ActivePage })),
  rules: lazy(async () => ({ default: (await import('./rules/page.tsx')).RulesPage })),
  silences: lazy(async () => ({ default: (await import('./silences/page.tsx')).SilencesPage })),
  routing: lazy(async () => ({ default: (await import('./routing/page.tsx')).RoutingPage })),
  explain: lazy(async () => ({ default: (await import('./explain/page.tsx')).ExplainPage })),
  rehearse: lazy(async () => ({ default: (await import('./rehearse/page.tsx')).RehearsePage })),
  lint: lazy(async () => ({ default: (await import('./lint/page.tsx')).LintPage })),
};

/** Everything about alerts, one tab a question; each tab has its own address. */
export function AlertsPage(): ReactNode {
  const { t } = useI18n();
  const { path } = useLocation();
  const current = tabOf(path);
  const View = VIEWS[current];
  return (
    <Stack gap="sm">
      <SectionTabs
        label={t('nav.alerts')}
        current={current}
        tabs={TABS.map((tab) => ({
          name: tab,
          title: t(`alerts.tab.${tab}` satisfies TextKey),
          to: tabPath(tab),
        }))}
      />
      <Suspense fallback={<Loader size="sm" aria-label={t('loading')} />}>
        <View />
      </Suspense>
    </Stack>
  );
}
