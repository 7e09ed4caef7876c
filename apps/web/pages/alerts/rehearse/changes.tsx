import { Badge, Group, Stack, Text } from '@mantine/core';
import type { NotificationData, RehearsalData } from '@petrel/api/contract/alerting.ts';
import type { ReactNode } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { clockText } from '../clock/ages.ts';
import { LabelList } from '../labels/label-list.tsx';
import { notificationNames } from './data.ts';
import classes from './rehearse.module.css';

const MAX_SHOWN = 200;

/** Notifications that only one of the configurations sends, and those that go elsewhere or come at another time. */
export function Changes({ result }: { readonly result: RehearsalData }): ReactNode {
  const { t } = useI18n();
  const { gained, lost, moved } = result.difference;
  const nowMs = Date.parse(result.to);
  if (gained.length + lost.length + moved.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('rehearse.noChanges')}
      </Text>
    );
  return (
    <Stack gap="md">
      <List title={t('rehearse.gained', { count: gained.length })} count={gained.length} testId="gained">
        {gained.slice(0, MAX_SHOWN).map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: equal notifications can stand in one list
          <NotificationLine key={index} notification={one} nowMs={nowMs} />
        ))}
      </List>
      <List title={t('rehearse.lost', { count: lost.length })} count={lost.length} testId="lost">
        {lost.slice(0, MAX_SHOWN).map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: equal notifications can stand in one list
          <NotificationLine key={index} notification={one} nowMs={nowMs} />
        ))}
      </List>
      <List title={t('rehearse.moved', { count: moved.length })} count={moved.length} testId="moved">
        {moved.slice(0, MAX_SHOWN).map(({ before, after }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: equal notifications can stand in one list
          <NotificationLine key={index} notification={after} before={before} nowMs={nowMs} />
        ))}
      </List>
    </Stack>
  );
}

interface ListProps {
  readonly title: string;
  readonly count: number;
  readonly testId: string;
  readonly children: ReactNode;
}

function List({ title, count, testId, children }: ListProps): ReactNode {
  const { t } = useI18n();
  if (count === 0) return null;
  return (
    <div data-testid={testId}>
      <Text fw={600} size="sm" mb={4}>
        {title}
      </Text>
      {children}
      {count > MAX_SHOWN && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('rules.history.more', { shown: MAX_SHOWN, total: count })}
        </Text>
      )}
    </div>
  );
}

export interface NotificationLineProps {
  readonly notification: NotificationData;
  /** Where and when it went before. */
  readonly before?: NotificationData;
  readonly nowMs: number;
}

export function NotificationLine({ notification, before, nowMs }: NotificationLineProps): ReactNode {
  const { t } = useI18n();
  const { time, receiver, groupLabels, firing, resolved, reason } = notification;
  const names = notificationNames(notification);
  return (
    <div className={classes.notification} title={reason}>
      <span className={classes.stamp}>{clockText(Date.parse(time), nowMs)}</span>
      <Text span size="sm" fw={600}>
        {receiver}
      </Text>
      <Group gap={6}>
        {groupLabels.alertname === undefined && <span>{names.join(', ')}</span>}
        <LabelList labels={groupLabels} />
        {before !== undefined && (
          <Text span size="xs" c="dimmed">
            {t('rehearse.before', { receiver: before.receiver, time: clockText(Date.parse(before.time), nowMs) })}
          </Text>
        )}
      </Group>
      <Group gap={4}>
        {firing.length > 0 && (
          <Badge size="sm" radius="sm" color="red" variant="light" tt="none" fw={500}>
            {t('rehearse.firing', { count: firing.length })}
          </Badge>
        )}
        {resolved.length > 0 && (
          <Badge size="sm" radius="sm" color="green" variant="light" tt="none" fw={500}>
            {t('rehearse.resolved', { count: resolved.length })}
          </Badge>
        )}
      </Group>
    </div>
  );
}
