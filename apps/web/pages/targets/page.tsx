import {
  Anchor,
  Badge,
  Group,
  Loader,
  Paper,
  SegmentedControl,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useI18n } from '../../i18n/index.tsx';
import { Failure } from '../../shell/failure.tsx';
import type { Target, TargetPool } from './data.ts';
import { matchesFilter, useTargetPools } from './data.ts';

const COLORS = { up: 'green', down: 'red', unknown: 'gray' } as const;

export function TargetsPage(): ReactNode {
  const { t } = useI18n();
  const [filter, setFilter] = useState('');
  const [show, setShow] = useState<'all' | 'unhealthy'>('all');
  const pools = useTargetPools();
  const visible = (pools.data ?? [])
    .map((pool) => ({
      pool,
      targets: pool.targets.filter((one) => (show === 'all' || one.health !== 'up') && matchesFilter(one, filter)),
    }))
    .filter(({ pool, targets }) => targets.length > 0 || (show === 'all' && filter === '' && pool.dropped > 0));
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={3}>{t('targets.title')}</Title>
        <Group gap="xs">
          <TextInput
            size="xs"
            w={280}
            leftSection={<IconSearch size={14} />}
            placeholder={t('targets.filter')}
            aria-label={t('targets.filter')}
            value={filter}
            onChange={(event) => setFilter(event.currentTarget.value)}
          />
          <SegmentedControl
            size="xs"
            value={show}
            onChange={(value) => setShow(value as 'all' | 'unhealthy')}
            data={[
              { value: 'all', label: t('targets.all') },
              { value: 'unhealthy', label: t('targets.unhealthy') },
            ]}
          />
        </Group>
      </Group>
      {pools.error !== null && <Failure error={pools.error} retry={() => void pools.refetch()} />}
      {pools.isPending && <Loader size="sm" aria-label={t('loading')} />}
      {pools.data !== undefined && visible.length === 0 && (
        <Text c="dimmed" ta="center" py="xl">
          {t(pools.data.length === 0 ? 'targets.none' : 'targets.noneMatch')}
        </Text>
      )}
      {visible.map(({ pool, targets }) => (
        <Pool key={pool.name} pool={pool} targets={targets} />
      ))}
    </Stack>
  );
}

function Pool({ pool, targets }: { readonly pool: TargetPool; readonly targets: readonly Target[] }): ReactNode {
  const { t } = useI18n();
  const color = pool.up === pool.targets.length ? 'green' : pool.up === 0 ? 'red' : 'yellow';
  return (
    <Paper withBorder>
      <Group px="sm" py="xs" gap="sm">
        <Text fw={600}>{pool.name}</Text>
        <Badge variant="light" color={color}>
          {t('targets.count', { up: pool.up, total: pool.targets.length })}
        </Badge>
        {pool.dropped > 0 && (
          <Text size="sm" c="dimmed">
            {t('targets.dropped', { count: pool.dropped })}
          </Text>
        )}
      </Group>
      <Table.ScrollContainer minWidth={860}>
        <Table layout="fixed" verticalSpacing={6} fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="32%">{t('targets.endpoint')}</Table.Th>
              <Table.Th w={120}>{t('targets.state')}</Table.Th>
              <Table.Th>{t('targets.labels')}</Table.Th>
              <Table.Th w={130}>{t('targets.lastScrape')}</Table.Th>
              <Table.Th w={100} ta="right">
                {t('targets.duration')}
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {targets.map((target) => (
              <TargetRow key={`${target.scrapeUrl} ${JSON.stringify(target.labels)}`} target={target} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}

function TargetRow({ target }: { readonly target: Target }): ReactNode {
  const { t } = useI18n();
  const atMs = Date.parse(target.lastScrape);
  const seconds = Math.max(0, Math.round((Date.now() - atMs) / 1000));
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor href={target.scrapeUrl} size="sm" style={{ overflowWrap: 'anywhere' }}>
          {target.scrapeUrl}
        </Anchor>
        {target.lastError !== '' && (
          <Text size="xs" c="red" style={{ overflowWrap: 'anywhere' }}>
            {target.lastError}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Badge color={COLORS[target.health]} variant="light" tt="none">
          {t(`targets.${target.health}`)}
        </Badge>
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          {Object.entries(target.labels).map(([name, value]) => (
            <Badge key={name} variant="default" tt="none" fw={400} ff="monospace">
              {name}="{value}"
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td>{atMs > 0 ? t('targets.ago', { seconds }) : t('targets.never')}</Table.Td>
      <Table.Td ta="right" style={{ fontVariantNumeric: 'tabular-nums' }}>
        {atMs > 0 ? `${(target.lastScrapeDuration * 1000).toFixed(1)} ms` : '–'}
      </Table.Td>
    </Table.Tr>
  );
}
