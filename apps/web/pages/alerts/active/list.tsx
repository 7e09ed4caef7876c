import { Group, Kbd, Text, UnstyledButton } from '@mantine/core';
import type { RoutingData } from '@petrel/api/contract/alerting.ts';
import type { ReactNode } from 'react';
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { changeSearch } from '../../../shell/location.ts';
import type { GettableSilence } from '../alertmanager/api.ts';
import { VirtualRows } from '../rows/virtual-rows.tsx';
import { AlertDetails } from './alert-details.tsx';
import { AlertRow } from './alert-row.tsx';
import type { ActiveAlert, AlertsOverview } from './data.ts';
import { heldBackBy } from './data.ts';
import { GroupRow, SectionRow } from './group-rows.tsx';
import type { ListRow, Section, ShownGroup } from './layout.ts';
import { toRows } from './layout.ts';
import { useKeys } from './use-keys.ts';

export interface Folding {
  readonly opened: ReadonlySet<string>;
  readonly closed: ReadonlySet<string>;
}

export interface AlertListProps {
  readonly sections: readonly Section[];
  readonly folding: Folding;
  readonly onFold: (next: Folding) => void;
  /** The alert whose details are open. */
  readonly selected: string;
  readonly overview: AlertsOverview;
  readonly routing: RoutingData | undefined;
  readonly silences: readonly GettableSilence[];
  readonly nowMs: number;
  readonly onFilter: (name: string, value: string) => void;
}

const HEIGHTS: Readonly<Record<ListRow['kind'], number>> = { section: 46, group: 44, alert: 33, more: 32 };
const keyOf = (row: ListRow): string => row.key;
const heightOf = (row: ListRow): number => HEIGHTS[row.kind];

export function AlertList(props: AlertListProps): ReactNode {
  const { sections, folding, onFold, selected, overview, routing, silences, nowMs, onFilter } = props;
  const { t } = useI18n();
  const rows = useMemo(() => toRows(sections, { ...folding, selected }), [sections, folding, selected]);
  const [cursor, setCursor] = useCursor(rows, selected);
  const integrations = useMemo(
    () => new Map((routing?.receivers ?? []).map((one) => [one.name, one.integrations])),
    [routing],
  );
  const comments = useMemo(() => new Map(silences.map(({ id, comment }) => [id, comment])), [silences]);
  const select = useCallback(
    (alert: ActiveAlert, group: ShownGroup) => {
      setCursor(`${group.key}#${alert.id}`);
      const current = new URLSearchParams(location.search).get('alert');
      changeSearch({ alert: current === alert.id ? undefined : alert.id }, { replace: true });
    },
    [setCursor],
  );
  const showAll = (group: ShownGroup): void => onFold({ ...folding, opened: new Set([...folding.opened, group.key]) });
  const fold = useCallback(
    (group: ShownGroup) => onFold({ ...folding, closed: toggled(folding.closed, group.key) }),
    [folding, onFold],
  );
  useKeys({
    rows,
    cursor,
    onMove: setCursor,
    onOpen: (row) => {
      if (row.kind === 'alert') select(row.alert, row.group);
      if (row.kind === 'more') showAll(row.group);
    },
    onClose: () => changeSearch({ alert: undefined }, { replace: true }),
  });

  const render = (row: ListRow): ReactNode => {
    switch (row.kind) {
      case 'section':
        return <SectionRow section={row.section} integrations={integrations.get(row.section.name)} />;
      case 'group':
        return <GroupRow group={row.group} open={row.open} onToggle={fold} />;
      case 'more':
        return (
          <MoreRow
            active={row.key === cursor}
            text={t('alerts.showAll', { count: row.group.alerts.length, hidden: row.hidden })}
            onClick={() => showAll(row.group)}
          />
        );
      case 'alert': {
        const open = row.alert.id === selected;
        return (
          <>
            <AlertRow
              alert={row.alert}
              group={row.group}
              cursor={row.key === cursor}
              open={open}
              nowMs={nowMs}
              heldBy={heldBackBy(row.alert, overview.byId, comments)}
              onToggle={select}
            />
            {open && (
              <AlertDetails
                alert={row.alert}
                byId={overview.byId}
                silences={silences}
                nowMs={nowMs}
                onFilter={onFilter}
              />
            )}
          </>
        );
      }
    }
  };
  return (
    <div data-testid="alert-list">
      <VirtualRows rows={rows} keyOf={keyOf} heightOf={heightOf} render={render} scrollToKey={cursor} />
      <KeyHints />
    </div>
  );
}

/** The key of the row that the keyboard acts on. It follows links that lead to another alert of the list. */
function useCursor(
  rows: readonly ListRow[],
  selected: string,
): readonly [string | undefined, (key: string | undefined) => void] {
  const [cursor, setCursor] = useState<string | undefined>(undefined);
  const latest = useRef(rows);
  latest.current = rows;
  useLayoutEffect(() => {
    const target = latest.current.find((row) => row.kind === 'alert' && row.alert.id === selected);
    if (target !== undefined) setCursor((last) => (last?.endsWith(`#${selected}`) === true ? last : target.key));
  }, [selected]);
  return [cursor, setCursor];
}

function KeyHints(): ReactNode {
  const { t } = useI18n();
  return (
    <Group gap={6} mt="md" visibleFrom="sm" c="dimmed" fz="xs">
      <Kbd size="xs">j</Kbd>
      <Kbd size="xs">k</Kbd> {t('alerts.keys.move')} · <Kbd size="xs">Enter</Kbd> {t('alerts.keys.open')} ·{' '}
      <Kbd size="xs">s</Kbd> {t('alerts.keys.silence')} · <Kbd size="xs">e</Kbd> {t('alerts.keys.explain')} ·{' '}
      <Kbd size="xs">g</Kbd> {t('alerts.keys.graph')} · <Kbd size="xs">/</Kbd> {t('alerts.keys.filter')}
    </Group>
  );
}

function MoreRow({
  text,
  active,
  onClick,
}: {
  readonly text: string;
  readonly active: boolean;
  readonly onClick: () => void;
}): ReactNode {
  return (
    <UnstyledButton
      onClick={onClick}
      px="md"
      h={32}
      w="100%"
      data-testid="show-all"
      bg={active ? 'var(--mantine-primary-color-light)' : 'transparent'}
    >
      <Text size="sm" c="blue">
        {text}
      </Text>
    </UnstyledButton>
  );
}

function toggled(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(key)) next.add(key);
  return next;
}
