import { Button, Group, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useMemo } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { Failure } from '../../../shell/failure.tsx';
import { followInside } from '../../../shell/link.tsx';
import { changeSearch, useLocation } from '../../../shell/location.ts';
import type { GettableSilence } from '../alertmanager/api.ts';
import { useKnownAlerts, useSilences } from '../alertmanager/queries.ts';
import { useNow } from '../clock/use-now.ts';
import { FilterInput } from '../matchers/filter-input.tsx';
import { Busy } from '../notice/busy.tsx';
import { Empty } from '../notice/empty.tsx';
import { VirtualRows } from '../rows/virtual-rows.tsx';
import { StateFilter } from '../states/state-filter.tsx';
import { affectedAlerts, countSilences, SILENCE_STATES, silenceMatches, sortSilences } from './data.ts';
import { SilenceRow } from './silence-row.tsx';

const NEW = '/alerts/silences/new';
const keyOf = (silence: GettableSilence): string => silence.id;
const heightOf = (): number => 76;

export function SilenceList(): ReactNode {
  const { t } = useI18n();
  const { search } = useLocation();
  const silences = useSilences();
  const known = useKnownAlerts();
  const nowMs = Math.max(useNow(), silences.dataUpdatedAt);
  const filter = search.get('q') ?? '';
  const chosen = search.get('id') ?? undefined;
  const wanted = search.get('state');
  const state = SILENCE_STATES.find((one) => one === wanted);
  const found = useMemo(
    () => sortSilences((silences.data ?? []).filter((one) => silenceMatches(one, filter))),
    [silences.data, filter],
  );
  const affected = useMemo(() => affectedAlerts(known.data ?? []), [known.data]);
  const counts = countSilences(found);
  // What is over is only shown when it is asked for.
  const current = found.filter(({ status, id }) =>
    state !== undefined ? status.state === state : wanted === 'all' || status.state !== 'expired' || id === chosen,
  );
  return (
    <Stack gap="xs">
      <Group gap="xs" align="start">
        <FilterInput
          value={filter}
          placeholder={t('silences.filter')}
          onChange={(q) => changeSearch({ q }, { replace: true })}
        />
        <StateFilter
          value={state}
          all={{ label: t('silences.current'), count: counts.active + counts.pending }}
          choices={SILENCE_STATES.map((one) => ({ value: one, label: t(`silences.state.${one}`), count: counts[one] }))}
          onChange={(next) => changeSearch({ state: next })}
        />
        <Button
          component="a"
          href={NEW}
          size="xs"
          leftSection={<IconPlus size={14} />}
          data-testid="new-silence"
          onClick={(event) => followInside(event, NEW)}
        >
          {t('silences.new')}
        </Button>
      </Group>
      {silences.error !== null && <Failure error={silences.error} retry={() => void silences.refetch()} />}
      {silences.isPending && <Busy>{t('silences.loading')}</Busy>}
      {silences.data !== undefined && current.length === 0 && (
        <Empty title={t(filter === '' ? 'silences.none' : 'silences.noneMatch')}>{t('silences.none.text')}</Empty>
      )}
      <VirtualRows
        rows={current}
        keyOf={keyOf}
        heightOf={heightOf}
        scrollToKey={chosen}
        render={(silence) => (
          <SilenceRow
            silence={silence}
            affected={affected.get(silence.id) ?? []}
            chosen={silence.id === chosen}
            nowMs={nowMs}
          />
        )}
      />
    </Stack>
  );
}
