import { Group, Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { changeSearch } from '../../../shell/location.ts';
import { FilterInput } from '../matchers/filter-input.tsx';
import type { Choice } from '../states/state-filter.tsx';
import { StateFilter } from '../states/state-filter.tsx';
import type { ActiveAddress } from './address.ts';
import { groupParameter } from './address.ts';
import type { ActiveState } from './data.ts';
import { ACTIVE_STATES } from './data.ts';

export interface ControlsProps {
  readonly address: ActiveAddress;
  readonly counts: Readonly<Record<ActiveState, number>>;
  readonly receivers: readonly string[];
  readonly labelNames: readonly string[];
  readonly filterError: string | undefined;
}

export function Controls({ address, counts, receivers, labelNames, filterError }: ControlsProps): ReactNode {
  const { t } = useI18n();
  const total = ACTIVE_STATES.reduce((sum, state) => sum + counts[state], 0);
  const states: readonly Choice<ActiveState>[] = ACTIVE_STATES.map((state) => ({
    value: state,
    label: t(`alerts.state.${state}`),
    count: counts[state],
  }));
  const group = groupParameter(address.groupBy) ?? 'route';
  const names =
    labelNames.includes(group) || group === 'route' || group === 'none' ? labelNames : [group, ...labelNames];
  return (
    <Group gap="xs" align="start">
      <FilterInput
        value={address.filter}
        placeholder={t('alerts.filter')}
        error={filterError}
        onChange={(filter) => changeSearch({ filter, alert: undefined }, { replace: true })}
      />
      <StateFilter
        value={address.state}
        all={{ label: t('alerts.state.all'), count: total }}
        choices={states}
        onChange={(state) => changeSearch({ state })}
      />
      <Select
        size="xs"
        w={150}
        clearable
        searchable
        placeholder={t('alerts.receiver.all')}
        aria-label={t('alerts.receiver')}
        data-testid="receiver"
        value={address.receiver === '' ? null : address.receiver}
        data={[...receivers]}
        onChange={(receiver) => changeSearch({ receiver: receiver ?? undefined })}
      />
      <Select
        size="xs"
        w={170}
        searchable
        allowDeselect={false}
        aria-label={t('alerts.groupBy')}
        data-testid="group-by"
        value={group}
        data={[
          { value: 'route', label: t('alerts.groupBy.route') },
          { value: 'none', label: t('alerts.groupBy.none') },
          ...names.map((name) => ({ value: name, label: t('alerts.groupBy.label', { name }) })),
        ]}
        onChange={(next) => changeSearch({ group: next === 'route' || next === null ? undefined : next })}
      />
    </Group>
  );
}
