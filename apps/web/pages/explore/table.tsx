import { Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/index.tsx';
import type { ApiQueryData, ApiSeries } from './data.ts';
import { seriesName } from './data.ts';
import classes from './explore.module.css';

const MAX_ROWS = 2000;

/** An instant answer: one row a series with its exact value; range vectors list their samples. */
export function ResultTable({ data }: { readonly data: ApiQueryData }): ReactNode {
  const { t } = useI18n();
  if (data.resultType === 'scalar' || data.resultType === 'string') {
    return <Rows rows={[{ key: '0', name: t(`explore.${data.resultType}`), value: data.result[1] }]} />;
  }
  const rows = data.result.slice(0, MAX_ROWS).map((series, index) => ({
    key: String(index),
    name: seriesName(series.metric),
    value: valueText(series, (count, sum) => t('explore.histogram', { count, sum })),
  }));
  return (
    <>
      {data.result.length > MAX_ROWS && (
        <Text size="sm" c="dimmed">
          {t('explore.truncatedTable', { shown: MAX_ROWS, total: data.result.length })}
        </Text>
      )}
      <Rows rows={rows} />
    </>
  );
}

function Rows({
  rows,
}: {
  readonly rows: readonly { readonly key: string; readonly name: string; readonly value: string }[];
}): ReactNode {
  const { t } = useI18n();
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table striped highlightOnHover verticalSpacing={4} fz="sm" data-testid="result-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('explore.labels')}</Table.Th>
            <Table.Th ta="right">{t('explore.value')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.key}>
              <Table.Td ff="monospace" className={classes.seriesName ?? ''}>
                {row.name}
              </Table.Td>
              <Table.Td ff="monospace" ta="right" style={{ whiteSpace: 'pre', fontVariantNumeric: 'tabular-nums' }}>
                {row.value}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function valueText(series: ApiSeries, histogramText: (count: string, sum: string) => string): string {
  if (series.value !== undefined) return series.value[1];
  if (series.histogram !== undefined) return histogramText(series.histogram[1].count, series.histogram[1].sum);
  const floats = (series.values ?? []).map(([second, value]) => `${value} @${second}`);
  const histograms = (series.histograms ?? []).map(([second, h]) => `${histogramText(h.count, h.sum)} @${second}`);
  return [...floats, ...histograms].join('\n');
}
