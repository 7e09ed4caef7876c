import { Loader, Stack } from '@mantine/core';
import type { ComponentType, ReactNode } from 'react';
import { lazy, Suspense, useEffect, useRef } from 'react';
import type { TextKey } from '../../i18n/en.ts';
import { useI18n } from '../../i18n/index.tsx';
import { followInside } from '../../shell/link.tsx';
import { useLocation } from '../../shell/location.ts';
import classes from './page.module.css';
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
  const bar = useRef<HTMLElement>(null);
  // On a telephone the bar scrolls; the open tab must be in it.
  useEffect(() => {
    bar.current
      ?.querySelector(`[data-testid="tab-${current}"]`)
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current]);
  return (
    <Stack gap="sm">
      <nav ref={bar} className={classes.tabs} aria-label={t('nav.alerts')}>
        {TABS.map((tab) => (
          <a
            key={tab}
            href={tabPath(tab)}
            className={classes.tab}
            aria-current={tab === current ? 'page' : undefined}
            data-testid={`tab-${tab}`}
            onClick={(event) => followInside(event, tabPath(tab))}
          >
            {t(`alerts.tab.${tab}` satisfies TextKey)}
          </a>
        ))}
      </nav>
      <Suspense fallback={<Loader size="sm" aria-label={t('loading')} />}>
        <View />
      </Suspense>
    </Stack>
  );
}
