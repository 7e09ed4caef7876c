import { Badge, Group, Paper, Stack, Text } from '@mantine/core';
import type { ExplainData, ExplainedAlertData } from '@petrel/api/contract/alerting.ts';
import { IconBell, IconBellOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Fragment } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { Link } from '../../../shell/link.tsx';
import active from '../active/active.module.css';
import { explainLink } from '../active/links.ts';
import { durationText, localTime } from '../clock/ages.ts';
import { Expression } from '../expression/expression.tsx';
import { AnnotationText } from '../labels/annotation-text.tsx';
import { LabelList } from '../labels/label-list.tsx';
import { Notice } from '../notice/notice.tsx';
import { outcomeOf } from './data.ts';
import classes from './explain.module.css';
import { ReceiverCard } from './receiver-card.tsx';
import { Timeline } from './timeline.tsx';

export interface ExplanationProps {
  readonly data: ExplainData;
  readonly alert: ExplainedAlertData;
}

/** The answer in a sentence, then how it came to that. */
export function Explanation({ data, alert }: ExplanationProps): ReactNode {
  const { t } = useI18n();
  const outcome = outcomeOf(alert);
  return (
    <Stack gap="sm" data-testid="explanation">
      <Notice
        color={outcome === 'reached' ? 'teal' : outcome === 'partly' ? 'yellow' : 'gray'}
        icon={outcome === 'nobody' ? <IconBellOff size={20} /> : <IconBell size={20} />}
      >
        <Text fw={600} data-testid="verdict">
          {alert.verdict}
        </Text>
        <Group gap="xs" mt={6}>
          <Badge size="sm" radius="sm" variant="default" tt="none" fw={500}>
            {alert.state}
          </Badge>
          <LabelList labels={alert.labels} />
        </Group>
        <Text size="xs" c="dimmed" mt={6}>
          {t('explain.asOf', { time: localTime(Date.parse(data.at)) })}
        </Text>
        {data.notes.map((note) => (
          <Text key={note} size="sm" mt={4}>
            {note}
          </Text>
        ))}
      </Notice>
      <div className={classes.columns}>
        <Paper withBorder p="sm">
          <Text fw={600} mb="sm">
            {t('explain.timeline')}
          </Text>
          <Timeline entries={alert.entries} askedMs={Date.parse(data.at)} />
        </Paper>
        <Stack gap="sm">
          {alert.receivers.map((receiver) => (
            <ReceiverCard key={`${receiver.receiver} ${receiver.groupKey}`} receiver={receiver} />
          ))}
          <RuleCard alert={alert} />
          <Candidates data={data} shown={alert.fingerprint} />
        </Stack>
      </div>
    </Stack>
  );
}

function RuleCard({ alert: { rule, annotations } }: { readonly alert: ExplainedAlertData }): ReactNode {
  const { t } = useI18n();
  if (rule === undefined) return null;
  const facts: readonly (readonly [string, ReactNode])[] = [
    ...(rule.value === undefined ? [] : [[t('alerts.value'), rule.value] as const]),
    [t('rules.for'), durationText(rule.forMs)],
    ...(rule.activeAt === undefined ? [] : [[t('explain.activeAt'), localTime(Date.parse(rule.activeAt))] as const]),
    [t('rules.file'), `${rule.file} · ${rule.group}`],
    ...Object.entries(annotations).map(([name, text]) => [name, <AnnotationText key={name} text={text} />] as const),
  ];
  return (
    <Paper withBorder p="sm">
      <Text fw={600} mb={6}>
        {t('explain.rule', { name: rule.name })}
      </Text>
      <Link to={`/explore?${new URLSearchParams({ expr: rule.expr })}`} underline="never" title={t('alerts.graph')}>
        <Expression expr={rule.expr} />
      </Link>
      <dl className={active.facts} style={{ fontSize: 13, marginTop: 8 }}>
        {facts.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
    </Paper>
  );
}

const MAX_CANDIDATES = 20;

/** Other alerts that the question may mean. */
export function Candidates({
  data,
  shown,
}: {
  readonly data: ExplainData;
  readonly shown: string | undefined;
}): ReactNode {
  const { t } = useI18n();
  const others = data.candidates.filter(({ fingerprint }) => fingerprint !== shown);
  if (others.length === 0) return null;
  const at = new URLSearchParams(location.search).get('at') ?? undefined;
  return (
    <Paper withBorder p="sm" data-testid="candidates">
      <Text fw={600} mb={6}>
        {t('explain.candidates', { count: others.length })}
      </Text>
      <Stack gap={8}>
        {others.slice(0, MAX_CANDIDATES).map(({ fingerprint, labels, lastSeen }) => (
          <div key={fingerprint}>
            <Link to={explainLink(fingerprint, at)} size="sm">
              {labels.alertname ?? fingerprint}
            </Link>
            <Text span size="xs" c="dimmed" ml={8}>
              {t('explain.lastSeen', { time: localTime(Date.parse(lastSeen)) })}
            </Text>
            <LabelList labels={labels} />
          </div>
        ))}
      </Stack>
    </Paper>
  );
}
