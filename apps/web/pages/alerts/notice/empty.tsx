import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** Nothing to show, and what can be done about it. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }): ReactNode {
  return (
    <Stack gap={6} align="center" py="xl" data-testid="empty">
      <Text fw={600} ta="center">
        {title}
      </Text>
      {children !== undefined && (
        <Text c="dimmed" size="sm" ta="center" maw={560}>
          {children}
        </Text>
      )}
    </Stack>
  );
}
