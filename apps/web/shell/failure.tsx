import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useI18n } from '../i18n/index.tsx';
import { ApiError } from './prometheus-api.ts';

/** What went wrong, in the server's words, with a way to try again. */
export function Failure({
  error,
  retry,
  title,
}: {
  readonly error: unknown;
  readonly retry?: () => void;
  /** Default: that a query failed. */
  readonly title?: string;
}): ReactNode {
  const { t } = useI18n();
  const unreachable = error instanceof ApiError && error.type === 'unreachable';
  const message = unreachable ? t('error.unreachable') : error instanceof Error ? error.message : String(error);
  return (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} title={title ?? t('error.query')} role="alert">
      <Text size="sm" ff="monospace" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {message}
      </Text>
      {retry !== undefined && (
        <Group mt="xs">
          <Button size="xs" variant="outline" color="red" onClick={retry}>
            {t('error.retry')}
          </Button>
        </Group>
      )}
    </Alert>
  );
}
