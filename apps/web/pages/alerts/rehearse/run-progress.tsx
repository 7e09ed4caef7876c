import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import type { RunState } from './stream-run.ts';

export interface RunProgressProps {
  readonly state: RunState<unknown> & { readonly kind: 'running' };
  readonly onCancel: () => void;
}

export function RunProgress({ state, onCancel }: RunProgressProps): ReactNode {
  const { t } = useI18n();
  const [nowMs, setNowMs] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const { share, doing, startedMs } = state;
  const seconds = Math.max(0, Math.round((nowMs - startedMs) / 1000));
  return (
    <Stack gap={6} role="status" data-testid="progress">
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {doing === '' ? t('rehearse.starting') : doing}
          {share !== undefined && ` · ${Math.round(share * 100)} %`} · {seconds} s
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconX size={14} />}
          data-testid="cancel"
          onClick={onCancel}
        >
          {t('rehearse.cancel')}
        </Button>
      </Group>
      <Progress value={share === undefined ? 100 : share * 100} animated={share === undefined} size="sm" />
    </Stack>
  );
}
