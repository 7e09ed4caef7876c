import { Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useCallback, useMemo } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { Failure } from '../../../shell/failure.tsx';
import { changeSearch, useLocation } from '../../../shell/location.ts';
import { useNow } from '../clock/use-now.ts';
import { FilterInput } from '../matchers/filter-input.tsx';
import { Busy } from '../notice/busy.tsx';
import { Empty } from '../notice/empty.tsx';
import { VirtualRows } from '../rows/virtual-rows.tsx';
import { StateFilter } from '../states/state-filter.tsx';
import type { Rule, RuleRow } from './data.ts';
import { countRules, RULE_STATES, ruleMatches, toRows, toRules, useRuleGroups } from './data.ts';
import { RuleDetails } from './rule-details.tsx';
import { GroupHead, RuleLine } from './rule-row.tsx';

const keyOf = (row: RuleRow): string => row.key;
const heightOf = (row: RuleRow): number => (row.kind === 'group' ? 46 : 35);

export function RulesPage(): ReactNode {
  const { t } = useI18n();
  const groups = useRuleGroups();
  const rules = useMemo(() => (groups.data === undefined ? undefined : toRules(groups.data)), [groups.data]);
  return (
    <Stack gap="xs">
      {groups.error !== null && <Failure error={groups.error} retry={() => void groups.refetch()} />}
      {groups.isPending && <Busy>{t('rules.loading')}</Busy>}
      {rules?.length === 0 && <Empty title={t('rules.none')}>{t('rules.none.text')}</Empty>}
      {rules !== undefined && rules.length > 0 && <RuleList rules={rules} updatedAtMs={groups.dataUpdatedAt} />}
    </Stack>
  );
}

function RuleList({
  rules,
  updatedAtMs,
}: {
  readonly rules: readonly Rule[];
  readonly updatedAtMs: number;
}): ReactNode {
  const { t } = useI18n();
  const { search } = useLocation();
  const filter = search.get('q') ?? '';
  const state = RULE_STATES.find((one) => one === search.get('state'));
  const open = search.get('rule') ?? '';
  const nowMs = Math.max(useNow(), updatedAtMs);
  const found = useMemo(() => rules.filter((rule) => ruleMatches(rule, filter)), [rules, filter]);
  const rows = useMemo(
    () => toRows(found.filter((rule) => state === undefined || rule.state === state)),
    [found, state],
  );
  const counts = countRules(found);
  const toggle = useCallback((key: string) => {
    const current = new URLSearchParams(location.search).get('rule');
    changeSearch({ rule: current === key ? undefined : key }, { replace: true });
  }, []);
  return (
    <>
      <Group gap="xs" align="start">
        <FilterInput
          value={filter}
          placeholder={t('rules.filter')}
          onChange={(q) => changeSearch({ q }, { replace: true })}
        />
        <StateFilter
          value={state}
          all={{ label: t('alerts.state.all'), count: found.length }}
          choices={RULE_STATES.map((one) => ({ value: one, label: t(`rules.state.${one}`), count: counts[one] }))}
          onChange={(next) => changeSearch({ state: next })}
        />
      </Group>
      {rows.length === 0 ? (
        <Empty title={t('rules.noneMatch')} />
      ) : (
        <VirtualRows
          rows={rows}
          keyOf={keyOf}
          heightOf={heightOf}
          scrollToKey={open}
          render={(row) =>
            row.kind === 'group' ? (
              <GroupHead group={row.group} count={row.count} nowMs={nowMs} />
            ) : (
              <>
                <RuleLine entry={row.entry} open={row.key === open} nowMs={nowMs} onToggle={toggle} />
                {row.key === open && <RuleDetails entry={row.entry} nowMs={nowMs} />}
              </>
            )
          }
        />
      )}
    </>
  );
}
