import { Anchor, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconBellOff, IconChartLine, IconHelpCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Fragment, useMemo, useState } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { Failure } from '../../../shell/failure.tsx';
import { followInside } from '../../../shell/link.tsx';
import active from '../active/active.module.css';
import { shortValue } from '../active/data.ts';
import { explainLink, silenceLink } from '../active/links.ts';
import { durationText, spanText } from '../clock/ages.ts';
import { Expression } from '../expression/expression.tsx';
import { AnnotationText } from '../labels/annotation-text.tsx';
import { LabelList } from '../labels/label-list.tsx';
import { labelsKey, ownLabels } from '../labels/labels-text.ts';
import { useLedger } from '../ledger/queries.ts';
import { StateTimeline } from '../ledger/timeline.tsx';
import { Busy } from '../notice/busy.tsx';
import type { Rule } from './data.ts';
import classes from './rules.module.css';

export interface RuleDetailsProps {
  readonly entry: Rule;
  readonly nowMs: number;
}

export function RuleDetails({ entry, nowMs }: RuleDetailsProps): ReactNode {
  const { t } = useI18n();
  const { rule, group } = entry;
  const facts: readonly (readonly [string, ReactNode])[] = [
    ...(rule.duration === undefined || rule.duration === 0
      ? []
      : [[t('rules.for'), durationText(rule.duration * 1000)] as const]),
    ...(rule.keepFiringFor === undefined || rule.keepFiringFor === 0
      ? []
      : [[t('rules.keepFiringFor'), durationText(rule.keepFiringFor * 1000)] as const]),
    [t('rules.file'), `${group.file} · ${group.name}`],
    ...Object.entries(rule.annotations ?? {}).map(
      ([name, text]) => [name, <AnnotationText key={name} text={text} />] as const,
    ),
  ];
  return (
    <div className={classes.details} data-testid="rule-details">
      <Expression expr={rule.query} />
      {Object.keys(rule.labels ?? {}).length > 0 && <LabelList labels={rule.labels ?? {}} />}
      <dl className={active.facts} style={{ fontSize: 13 }}>
        {facts.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
      <RuleActions entry={entry} />
      {rule.alerts !== undefined && rule.alerts.length > 0 && <RuleAlerts entry={entry} nowMs={nowMs} />}
      {rule.type === 'alerting' && <History entry={entry} />}
    </div>
  );
}

function RuleActions({ entry: { rule } }: { readonly entry: Rule }): ReactNode {
  const { t } = useI18n();
  const explore = `/explore?${new URLSearchParams({ expr: rule.query })}`;
  const links = [
    { to: explore, label: t('alerts.graph'), icon: <IconChartLine size={14} /> },
    ...(rule.type === 'recording'
      ? []
      : [
          { to: silenceLink({ alertname: rule.name }), label: t('alerts.silence'), icon: <IconBellOff size={14} /> },
          { to: explainLink(rule.name), label: t('alerts.explain'), icon: <IconHelpCircle size={14} /> },
        ]),
  ];
  return (
    <Group gap="xs">
      {links.map(({ to, label, icon }) => (
        <Button
          key={to}
          component="a"
          href={to}
          size="compact-sm"
          fz={13}
          fw={500}
          variant="default"
          leftSection={icon}
          onClick={(event) => followInside(event, to)}
        >
          {label}
        </Button>
      ))}
    </Group>
  );
}

const FIRST_ALERTS = 10;

function RuleAlerts({ entry: { rule }, nowMs }: RuleDetailsProps): ReactNode {
  const { t } = useI18n();
  const [all, setAll] = useState(false);
  const alerts = rule.alerts ?? [];
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {t('rules.alerts', { count: alerts.length })}
      </Text>
      {(all ? alerts : alerts.slice(0, FIRST_ALERTS)).map((alert) => (
        <div key={labelsKey(alert.labels)} className={classes.alert}>
          <span>{t(alert.state === 'pending' ? 'alerts.state.pending' : 'alerts.state.firing')}</span>
          <LabelList labels={ownLabels(alert.labels, rule.labels ?? {})} />
          <span className={classes.figure} title={alert.value}>
            {shortValue(alert.value)}
          </span>
          <span className={classes.figure}>
            {alert.activeAt === undefined ? '' : spanText(nowMs - Date.parse(alert.activeAt))}
          </span>
        </div>
      ))}
      {!all && alerts.length > FIRST_ALERTS && (
        <Anchor component="button" size="sm" ta="left" onClick={() => setAll(true)}>
          {t('rules.alerts.all', { count: alerts.length })}
        </Anchor>
      )}
    </Stack>
  );
}

const RANGES = [
  { value: '86400000', label: '1d' },
  { value: '604800000', label: '7d' },
  { value: '2592000000', label: '30d' },
];

function History({ entry: { rule } }: { readonly entry: Rule }): ReactNode {
  const { t } = useI18n();
  const [range, setRange] = useState('86400000');
  const ledger = useLedger({ alertname: rule.name, kind: 'evaluation', rangeMs: Number(range) });
  const current = useMemo(
    () =>
      (rule.alerts ?? []).map(({ labels, state, activeAt = '' }) => ({
        labels,
        state,
        activeAtMs: Date.parse(activeAt) || 0,
      })),
    [rule.alerts],
  );
  const input = useMemo(
    () => (ledger.data === undefined ? undefined : { ...ledger.data, current }),
    [ledger.data, current],
  );
  return (
    <Stack gap={6}>
      <Group gap="sm">
        <Text size="sm" fw={600}>
          {t('rules.history')}
        </Text>
        <SegmentedControl size="xs" value={range} onChange={setRange} data={RANGES} aria-label={t('rules.history')} />
      </Group>
      {ledger.error !== null && <Failure error={ledger.error} retry={() => void ledger.refetch()} />}
      {ledger.isPending && <Busy>{t('rules.history.loading')}</Busy>}
      {input !== undefined && <StateTimeline {...input} />}
    </Stack>
  );
}
