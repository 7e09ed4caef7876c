import { Badge, Group, Paper, Text } from '@mantine/core';
import type { RoutingData } from '@petrel/api/contract/alerting.ts';
import type { ReactNode } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { MatcherList } from '../labels/label-list.tsx';
import classes from './routing.module.css';

interface CatalogueProps {
  readonly routing: RoutingData;
}

export function Receivers({ routing }: CatalogueProps): ReactNode {
  const { t } = useI18n();
  return (
    <Part title={t('routing.receivers')} testId="receivers">
      {routing.receivers.map(({ name, integrations, line }) => (
        <Group key={name} gap={6} className={classes.line ?? ''} style={{ display: 'flex' }}>
          <Text span size="sm" fw={600} miw={130}>
            {name}
          </Text>
          {integrations.map((one) => (
            <Badge key={one} size="sm" radius="sm" variant="default" tt="none" fw={400}>
              {one}
            </Badge>
          ))}
          {integrations.length === 0 && (
            <Badge size="sm" radius="sm" color="orange" variant="light" tt="none" fw={500}>
              {t('routing.off')}
            </Badge>
          )}
          <Text span size="xs" c="dimmed">
            {t('routing.line', { line })}
          </Text>
        </Group>
      ))}
    </Part>
  );
}

export function InhibitRules({ routing }: CatalogueProps): ReactNode {
  const { t } = useI18n();
  if (routing.inhibitRules.length === 0) return null;
  return (
    <Part title={t('routing.inhibitRules')} testId="inhibit-rules">
      {routing.inhibitRules.map((rule) => (
        <div key={`${rule.name} ${rule.line}`} className={classes.line}>
          <Group gap={6}>
            {rule.name !== '' && (
              <Text span size="sm" fw={600}>
                {rule.name}
              </Text>
            )}
            <MatcherList matchers={rule.sourceMatchers} />
            <Text span size="sm" c="dimmed">
              {t('routing.inhibits')}
            </Text>
            <MatcherList matchers={rule.targetMatchers} />
          </Group>
          <Text size="xs" c="dimmed">
            {rule.equal.length === 0 ? t('routing.equal.none') : t('routing.equal', { names: rule.equal.join(', ') })}
            {` · ${t('routing.line', { line: rule.line })}`}
          </Text>
        </div>
      ))}
    </Part>
  );
}

export function Intervals({ routing }: CatalogueProps): ReactNode {
  const { t } = useI18n();
  if (routing.timeIntervals.length === 0) return null;
  return (
    <Part title={t('routing.intervals')} testId="intervals">
      <Group gap={6}>
        {routing.timeIntervals.map(({ name, activeNow }) => (
          <Badge
            key={name}
            radius="sm"
            tt="none"
            fw={500}
            variant={activeNow ? 'light' : 'default'}
            color={activeNow ? 'violet' : 'gray'}
          >
            {name}
            {activeNow ? ` · ${t('routing.interval.now')}` : ''}
          </Badge>
        ))}
      </Group>
    </Part>
  );
}

function Part({
  title,
  testId,
  children,
}: {
  readonly title: string;
  readonly testId: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <Paper withBorder p="sm" data-testid={testId}>
      <Text fw={600} mb={4}>
        {title}
      </Text>
      {children}
    </Paper>
  );
}
