import { Paper, Stack, Tabs, Text } from '@mantine/core';
import type { RehearsalData } from '@petrel/api/contract/alerting.ts';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { changeSearch, useLocation } from '../../../shell/location.ts';
import { localTime, tookText } from '../clock/ages.ts';
import { Notice } from '../notice/notice.tsx';
import { CalendarView } from './calendar-view.tsx';
import { Changes } from './changes.tsx';
import type { Figure, RehearsalRange } from './data.ts';
import { figures } from './data.ts';
import classes from './rehearse.module.css';
import { RuleTable } from './rule-table.tsx';
import { Suppressed } from './suppressed.tsx';
import { SweepView } from './sweep-view.tsx';

const VIEWS = ['changes', 'calendar', 'rules', 'suppressed', 'sweep'] as const;

/** The figures of both configurations, and everything behind them. */
export function Result({
  result,
  range,
}: {
  readonly result: RehearsalData;
  readonly range: RehearsalRange;
}): ReactNode {
  const { t } = useI18n();
  const { search } = useLocation();
  const view = VIEWS.find((one) => one === search.get('view')) ?? 'changes';
  const { gained, lost, moved } = result.difference;
  const counts: Readonly<Partial<Record<(typeof VIEWS)[number], number>>> = {
    changes: gained.length + lost.length + moved.length,
    suppressed: result.proposed.suppressed.length,
  };
  return (
    <Stack gap="sm" data-testid="rehearsal">
      {result.warnings.length > 0 && (
        <Notice color="orange" icon={<IconAlertTriangle size={18} />}>
          {result.warnings.map((warning) => (
            <Text key={warning} size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {warning}
            </Text>
          ))}
        </Notice>
      )}
      <Paper withBorder p="sm">
        <div className={classes.figures}>
          {figures(result).map((figure) => (
            <FigureBox key={figure.name} figure={figure} />
          ))}
        </div>
        <Text size="xs" c="dimmed" mt={6}>
          {t('rehearse.took', {
            from: localTime(Date.parse(result.from)).slice(0, -3),
            to: localTime(Date.parse(result.to)).slice(0, -3),
            took: tookText(result.tookMs / 1000),
          })}
        </Text>
      </Paper>
      <Tabs
        value={view}
        onChange={(next) => changeSearch({ view: next ?? undefined }, { replace: true })}
        keepMounted={false}
      >
        <Tabs.List style={{ overflowX: 'auto', flexWrap: 'nowrap' }}>
          {VIEWS.map((one) => (
            <Tabs.Tab key={one} value={one} data-testid={`view-${one}`}>
              {t(`rehearse.view.${one}`)}
              {counts[one] === undefined ? '' : ` ${counts[one]}`}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="changes" pt="sm">
          <Changes result={result} />
        </Tabs.Panel>
        <Tabs.Panel value="calendar" pt="sm">
          <CalendarView result={result} />
        </Tabs.Panel>
        <Tabs.Panel value="rules" pt="sm">
          <RuleTable result={result} />
        </Tabs.Panel>
        <Tabs.Panel value="suppressed" pt="sm">
          <Suppressed result={result} />
        </Tabs.Panel>
        <Tabs.Panel value="sweep" pt="sm">
          <SweepView range={range} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function FigureBox({ figure: { name, proposed, current } }: { readonly figure: Figure }): ReactNode {
  const { t } = useI18n();
  const change = proposed - current;
  // Fewer pages are good news; of the other figures nobody can say.
  const color = name !== 'notifications' || change === 0 ? 'dimmed' : change < 0 ? 'teal' : 'red';
  return (
    <div className={classes.figure} data-testid={`figure-${name}`}>
      <Text size="xs" c="dimmed">
        {t(`rehearse.figure.${name}`)}
      </Text>
      <span className={classes.big}>{proposed.toLocaleString('en-US')}</span>
      <Text size="xs" c={color}>
        {change === 0
          ? t('rehearse.same')
          : t('rehearse.instead', {
              current: current.toLocaleString('en-US'),
              change: `${change > 0 ? '+' : '−'}${Math.abs(change).toLocaleString('en-US')}`,
            })}
      </Text>
    </div>
  );
}
