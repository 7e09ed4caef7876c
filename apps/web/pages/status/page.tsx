import { Code, Grid, Loader, Paper, ScrollArea, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/index.tsx';
import { Failure } from '../../shell/failure.tsx';
import { figures, readableRows, useServerStatus, useTsdbStatus } from './data.ts';

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
            <Card title={t('status.runtime')} rows={readableRows(server.data.runtime)} />
            <Card title={t('status.build')} rows={readableRows(server.data.build)} />
          </>
        )}
        {tsdb.data !== undefined && (
          <>
            <Card title={t('status.head')} rows={readableRows(tsdb.data.headStats)} />
            <Card
              title={t('status.topMetrics')}
              headings={[t('status.name'), t('status.series')]}
              rows={figures(tsdb.data.seriesCountByMetricName)}
            />
            <Card
              title={t('status.topLabels')}
              headings={[t('status.name'), t('status.count')]}
              rows={figures(tsdb.data.labelValueCountByLabelName)}
            />
            <Card
              title={t('status.topPairs')}
              headings={[t('status.name'), t('status.series')]}
              rows={figures(tsdb.data.seriesCountByLabelValuePair)}
            />
          </>
        )}
        {server.data !== undefined && (
          <>
            <Card title={t('status.flags')} rows={readableRows(server.data.flags)} />
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

interface CardProps {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
  /** The headings of both columns; with them the second one is right-aligned, as figures are. */
  readonly headings?: readonly [string, string];
}

function Card({ title, rows, headings }: CardProps): ReactNode {
  const { t } = useI18n();
  const figures = headings !== undefined;
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
            {figures && (
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{headings[0]}</Table.Th>
                  <Table.Th w={110} ta="right">
                    {headings[1]}
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
            )}
            <Table.Tbody>
              {rows.map(([name, value]) => (
                <Table.Tr key={name}>
                  <Table.Td
                    w={figures ? undefined : '45%'}
                    {...(figures ? { ff: 'monospace' } : { c: 'dimmed' })}
                    style={{ overflowWrap: 'anywhere' }}
                  >
                    {name}
                  </Table.Td>
                  <Table.Td
                    ff="monospace"
                    ta={figures ? 'right' : 'left'}
                    style={{ overflowWrap: 'anywhere', fontVariantNumeric: 'tabular-nums' }}
                  >
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
