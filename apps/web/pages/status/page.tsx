import { Code, Grid, Loader, Paper, ScrollArea, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/index.tsx';
import { Failure } from '../../shell/failure.tsx';
import type { NameValue } from './data.ts';
import { readableRows, useServerStatus, useTsdbStatus } from './data.ts';

export function StatusPage(): ReactNode {
  const { t } = useI18n();
  const server = useServerStatus();
  const tsdb = useTsdbStatus();
  return (
    <Stack gap="md">
      <Title order={3}>{t('status.title')}</Title>
      {server.error !== null && <Failure error={server.error} retry={() => void server.refetch()} />}
      {tsdb.error !== null && <Failure error={tsdb.error} retry={() => void tsdb.refetch()} />}
      {(server.isPending || tsdb.isPending) && <Loader size="sm" aria-label={t('loading')} />}
      <Grid gap="md">
        {server.data !== undefined && (
          <>
            <Section title={t('status.runtime')} rows={readableRows(server.data.runtime)} />
            <Section title={t('status.build')} rows={readableRows(server.data.build)} />
          </>
        )}
        {tsdb.data !== undefined && (
          <>
            <Section title={t('status.head')} rows={readableRows(tsdb.data.headStats)} />
            <Ranking
              title={t('status.topMetrics')}
              unit={t('status.series')}
              rows={tsdb.data.seriesCountByMetricName}
            />
            <Ranking
              title={t('status.topLabels')}
              unit={t('status.count')}
              rows={tsdb.data.labelValueCountByLabelName}
            />
            <Ranking
              title={t('status.topPairs')}
              unit={t('status.series')}
              rows={tsdb.data.seriesCountByLabelValuePair}
            />
          </>
        )}
        {server.data !== undefined && (
          <>
            <Section title={t('status.flags')} rows={readableRows(server.data.flags)} />
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <Paper withBorder p="sm" h="100%">
                <Text fw={600} mb="xs">
                  {t('status.config')}
                </Text>
                <ScrollArea.Autosize mah={360}>
                  <Code block data-testid="config">
                    {server.data.config}
                  </Code>
                </ScrollArea.Autosize>
              </Paper>
            </Grid.Col>
          </>
        )}
      </Grid>
    </Stack>
  );
}

function Section({
  title,
  rows,
}: {
  readonly title: string;
  readonly rows: readonly (readonly [string, string])[];
}): ReactNode {
  const { t } = useI18n();
  return (
    <Grid.Col span={{ base: 12, lg: 6 }}>
      <Paper withBorder p="sm" h="100%">
        <Text fw={600} mb="xs">
          {title}
        </Text>
        {rows.length === 0 ? (
          <Text c="dimmed" size="sm">
            {t('status.nothing')}
          </Text>
        ) : (
          <Table fz="sm" verticalSpacing={3} layout="fixed">
            <Table.Tbody>
              {rows.map(([name, value]) => (
                <Table.Tr key={name}>
                  <Table.Td c="dimmed" w="45%" style={{ overflowWrap: 'anywhere' }}>
                    {name}
                  </Table.Td>
                  <Table.Td ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                    {value}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Paper>
    </Grid.Col>
  );
}

function Ranking({
  title,
  unit,
  rows,
}: {
  readonly title: string;
  readonly unit: string;
  readonly rows: readonly NameValue[];
}): ReactNode {
  const { t } = useI18n();
  return (
    <Grid.Col span={{ base: 12, lg: 6 }}>
      <Paper withBorder p="sm" h="100%">
        <Text fw={600} mb="xs">
          {title}
        </Text>
        {rows.length === 0 ? (
          <Text c="dimmed" size="sm">
            {t('status.nothing')}
          </Text>
        ) : (
          <Table fz="sm" verticalSpacing={3} layout="fixed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('status.name')}</Table.Th>
                <Table.Th w={110} ta="right">
                  {unit}
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(({ name, value }) => (
                <Table.Tr key={name}>
                  <Table.Td ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                    {name}
                  </Table.Td>
                  <Table.Td ta="right" style={{ fontVariantNumeric: 'tabular-nums' }}>
                    {value.toLocaleString()}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Paper>
    </Grid.Col>
  );
}
