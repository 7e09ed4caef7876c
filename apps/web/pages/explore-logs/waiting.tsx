import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/index.tsx';
import { Busy } from '../alerts/notice/busy.tsx';

export interface WaitingProps {
  readonly fetching: boolean;
  /** What is being done. */
  readonly children: ReactNode;
}

/** In place of an answer that is not there yet, or was not waited for. */
export function Waiting({ fetching, children }: WaitingProps): ReactNode {
  const { t } = useI18n();
  if (fetching) return <Busy>{children}</Busy>;
  return (
    <Text size="sm" c="dimmed" py="sm" data-testid="stopped">
      {t('logs.stopped')}
    </Text>
  );
}
