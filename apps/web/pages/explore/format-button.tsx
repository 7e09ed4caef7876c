import { ActionIcon, Tooltip } from '@mantine/core';
import { IconAlignLeft } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/index.tsx';
import { askApi } from '../../shell/prometheus-api.ts';
import { findParseError } from './parse-error.ts';

/** Lays the expression out over several lines (the server's format_query). */
export function FormatButton({
  expr,
  onFormatted,
}: {
  readonly expr: string;
  readonly onFormatted: (expr: string) => void;
}): ReactNode {
  const { t } = useI18n();
  const format = useMutation({
    mutationFn: async () => (await askApi<string>('format_query', { query: expr })).data,
    onSuccess: onFormatted,
  });
  const impossible = expr.trim() === '' || findParseError(expr) !== undefined;
  return (
    <Tooltip label={t('explore.format')}>
      <ActionIcon
        variant="default"
        size={36}
        aria-label={t('explore.format')}
        disabled={impossible}
        loading={format.isPending}
        onClick={() => format.mutate()}
      >
        <IconAlignLeft size={18} />
      </ActionIcon>
    </Tooltip>
  );
}
