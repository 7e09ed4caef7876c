import { Group, Loader, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** Says what is being done while somebody waits. */
export function Busy({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <Group gap="xs" py="sm" role="status">
      <Loader size="xs" />
      <Text size="sm" c="dimmed">
        {children}
      </Text>
    </Group>
  );
}
