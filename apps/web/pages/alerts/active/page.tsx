import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useCallback, useMemo, useState } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { Failure } from '../../../shell/failure.tsx';
import { changeSearch, useLocation } from '../../../shell/location.ts';
import { useGroups, useRuleAlerts, useSilences } from '../alertmanager/queries.ts';
import { useNow } from '../clock/use-now.ts';
import { parseFilter, toggleMatcher } from '../matchers/matchers-text.ts';
import { compileFilter } from '../matchers/matching.ts';
import { Busy } from '../notice/busy.tsx';
import { Empty } from '../notice/empty.tsx';
import { useRouting } from '../routing/queries.ts';
import { readAddress } from './address.ts';
import { Controls } from './controls.tsx';
import type { ActiveAlert, AlertsOverview } from './data.ts';
import { countStates, toOverview } from './data.ts';
import { commonLabelNames, layOut } from './layout.ts';
import type { Folding } from './list.tsx';
import { AlertList } from './list.tsx';

const SHOWN_LABEL_NAMES = 14;

/** All alerts that there are now, as they are grouped and routed. */
export function ActivePage(): ReactNode {
  const { t } = useI18n();
  const groups = useGroups();
  const ruleAlerts = useRuleAlerts();
  const overview = useMemo(
    () => (groups.data === undefined ? undefined : toOverview(groups.data, ruleAlerts.data ?? [])),
    [groups.data, ruleAlerts.data],
  );
  const again = (): void => {
    void groups.refetch();
    void ruleAlerts.refetch();
  };
  return (
    <Stack gap="xs">
      {groups.error !== null && <Failure error={groups.error} retry={again} />}
      {ruleAlerts.error !== null && groups.error === null && <Failure error={ruleAlerts.error} retry={again} />}
      {groups.isPending && <Busy>{t('alerts.loading')}</Busy>}
      {overview !== undefined && <Overview overview={overview} updatedAtMs={groups.dataUpdatedAt} />}
    </Stack>
  );
}

function Overview({
  overview,
  updatedAtMs,
}: {
  readonly overview: AlertsOverview;
  readonly updatedAtMs: number;
}): ReactNode {
  const { t } = useI18n();
  const { search } = useLocation();
  const address = readAddress(search);
  const { filter, state, receiver, groupBy } = address;
  const routing = useRouting();
  const silences = useSilences();
  const nowMs = Math.max(useNow(), updatedAtMs);
  const [folding, setFolding] = useState(NOTHING_FOLDED);

  const terms = useMemo(() => parseFilter(filter), [filter]);
  const compiled = useMemo(() => compileFilter(terms), [terms]);
  const candidates = useMemo(
    () =>
      overview.alerts.filter(
        (alert) => compiled.test(alert) && (receiver === '' || alert.receivers.includes(receiver)),
      ),
    [overview, compiled, receiver],
  );
  const sections = useMemo(() => {
    const passes = (alert: ActiveAlert): boolean =>
      (state === undefined || alert.state === state) && compiled.test(alert);
    return layOut(overview, { groupBy, passes, receiver });
  }, [overview, groupBy, compiled, state, receiver]);
  const receivers = useMemo(
    () => [...new Set(overview.groups.map((group) => group.receiver ?? ''))].sort(),
    [overview],
  );
  const labelNames = useMemo(() => commonLabelNames(overview.alerts, SHOWN_LABEL_NAMES), [overview]);
  const onFilter = useCallback((name: string, value: string) => {
    const current = readAddress(new URLSearchParams(location.search)).filter;
    changeSearch({ filter: toggleMatcher(current, { name, type: '=', value }) });
  }, []);
  const filterError =
    compiled.error ?? (terms.error === undefined ? undefined : t(`alerts.filter.open.${terms.error}`));

  return (
    <>
      <Controls
        address={address}
        counts={countStates(candidates)}
        receivers={receivers}
        labelNames={labelNames}
        filterError={filterError}
      />
      {routing.data !== undefined && routing.data.file === undefined && (
        <Text size="sm" c="dimmed">
          {t('alerts.noRouting')}
        </Text>
      )}
      {sections.length === 0 ? (
        <Nothing none={overview.alerts.length === 0} />
      ) : (
        <AlertList
          sections={sections}
          folding={folding}
          onFold={setFolding}
          selected={address.alert}
          overview={overview}
          routing={routing.data}
          silences={silences.data ?? []}
          nowMs={nowMs}
          onFilter={onFilter}
        />
      )}
    </>
  );
}

function Nothing({ none }: { readonly none: boolean }): ReactNode {
  const { t } = useI18n();
  return none ? (
    <Empty title={t('alerts.none')}>{t('alerts.none.text')}</Empty>
  ) : (
    <Empty title={t('alerts.noneMatch')}>{t('alerts.noneMatch.text')}</Empty>
  );
}

const NOTHING_FOLDED: Folding = { opened: new Set(), closed: new Set() };
