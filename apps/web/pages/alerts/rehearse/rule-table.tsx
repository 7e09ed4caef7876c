import { Button, Table, Text } from '@mantine/core';
import type { RehearsalData } from '@petrel/api/contract/alerting.ts';
import type { ReactNode } from 'react';
import { useMemo } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { changeSearch } from '../../../shell/location.ts';
import { spanText } from '../clock/ages.ts';
import { compareRules } from './data.ts';

/** Rule by rule how often it fired, how long, and how many pages came of it, with what it is now behind it. */
export function RuleTable({ result }: { readonly result: RehearsalData }): ReactNode {
  const { t } = useI18n();
  const rules = useMemo(() => compareRules(result), [result]);
  if (rules.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('rehearse.rules.none')}
      </Text>
    );
  return (
    <Table.ScrollContainer minWidth={620}>
      <Table fz="sm" verticalSpacing={5} data-testid="rule-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('rehearse.rule')}</Table.Th>
            <Table.Th ta="right">{t('rehearse.figure.notifications')}</Table.Th>
            <Table.Th ta="right">{t('rehearse.fired')}</Table.Th>
            <Table.Th ta="right">{t('rehearse.firingTime')}</Table.Th>
            <Table.Th />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rules.map(({ name, proposed, current }) => (
            <Table.Tr key={name}>
              <Table.Td fw={600} style={{ overflowWrap: 'anywhere' }}>
                {name}
              </Table.Td>
              <Pair proposed={proposed?.notifications} current={current?.notifications} text={String} />
              <Pair proposed={proposed?.fired} current={current?.fired} text={String} />
              <Pair proposed={proposed?.firingMs} current={current?.firingMs} text={spanText} />
              <Table.Td ta="right">
                <Button
                  size="compact-xs"
                  variant="default"
                  onClick={() => changeSearch({ view: 'sweep', sweep: name }, { replace: true })}
                >
                  {t('rehearse.view.sweep')}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface PairProps {
  readonly proposed: number | undefined;
  readonly current: number | undefined;
  readonly text: (value: number) => string;
}

function Pair({ proposed, current, text }: PairProps): ReactNode {
  return (
    <Table.Td ta="right" style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>
      {proposed === undefined ? '–' : text(proposed)}
      {proposed !== current && (
        <Text span size="xs" c="dimmed">
          {' '}
          ({current === undefined ? '–' : text(current)})
        </Text>
      )}
    </Table.Td>
  );
}
