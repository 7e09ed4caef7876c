import { Badge, Group, Paper, Stack, Text } from '@mantine/core';
import type { ExplainedReceiverData } from '@petrel/api/contract/alerting.ts';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { clockText } from '../clock/ages.ts';
import classes from './explain.module.css';

/** What became of the alert on its way to one receiver, with every attempt and its answer. */
export function ReceiverCard({ receiver }: { readonly receiver: ExplainedReceiverData }): ReactNode {
  const { t } = useI18n();
  const nowMs = Date.now();
  return (
    <Paper withBorder p="sm" data-testid="explained-receiver">
      <Group gap="xs" mb={4}>
        <Text fw={600}>{receiver.receiver}</Text>
        <Badge
          size="sm"
          radius="sm"
          tt="none"
          fw={500}
          variant="light"
          color={receiver.reached ? 'teal' : receiver.reason === 'failed' ? 'red' : 'gray'}
        >
          {receiver.reason}
        </Badge>
      </Group>
      <Text size="sm">{receiver.text}</Text>
      {receiver.attempts.length > 0 && (
        <Stack gap={4} mt="xs">
          {receiver.attempts.map((attempt) => (
            <div key={`${attempt.time} ${attempt.integration}`} className={classes.attempt}>
              <span style={{ fontVariantNumeric: 'tabular-nums' }}>{clockText(Date.parse(attempt.time), nowMs)}</span>
              {attempt.ok ? (
                <IconCheck size={15} color="var(--mantine-color-teal-6)" aria-label={t('explain.ok')} />
              ) : (
                <IconX size={15} color="var(--mantine-color-red-6)" aria-label={t('explain.failed')} />
              )}
              <span>
                {attempt.integration}{' '}
                <Text span c="dimmed" size="xs" inherit>
                  {attempt.answer}
                </Text>
              </span>
            </div>
          ))}
        </Stack>
      )}
      <Text size="xs" c="dimmed" mt="xs" style={{ overflowWrap: 'anywhere' }}>
        {receiver.groupKey}
      </Text>
    </Paper>
  );
}
