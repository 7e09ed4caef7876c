import { Loader, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { lazy, Suspense } from 'react';
import { useI18n } from '../../i18n/index.tsx';
import { useLocation } from '../../shell/location.ts';
import { SectionTabs } from '../../shell/section-tabs.tsx';
import { readRange, writeRange } from './url-state.ts';

const METRICS = '/explore';
const LOGS = '/explore/logs';

const Metrics = lazy(async () => ({ default: (await import('./page.tsx')).ExplorePage }));
const Logs = lazy(async () => ({ default: (await import('../explore-logs/page.tsx')).ExploreLogsPage }));

/** Explore: a tab for each kind of data; the time range comes along from one to the other. */
export function ExploreSections(): ReactNode {
  const { t } = useI18n();
  const { path, search } = useLocation();
  const logs = path === LOGS || path.startsWith(`${LOGS}/`);
  const range = new URLSearchParams();
  if (search.size > 0) writeRange(range, readRange(search));
  const suffix = range.size === 0 ? '' : `?${range}`;
  return (
    <Stack gap="sm">
      <SectionTabs
        label={t('nav.explore')}
        current={logs ? 'logs' : 'metrics'}
        tabs={[
          { name: 'metrics', title: t('explore.tab.metrics'), to: `${METRICS}${suffix}` },
          { name: 'logs', title: t('explore.tab.logs'), to: `${LOGS}${suffix}` },
        ]}
      />
      <Suspense fallback={<Loader size="sm" aria-label={t('loading')} />}>{logs ? <Logs /> : <Metrics />}</Suspense>
    </Stack>
  );
}
