import type { LabelSet, QueryData, RangeSeries } from '@petrel/api/contract/prometheus.ts';
import { Labels } from '@petrel/model';

/**
 * The answer of an instant query. `promql`: `name{labels} => value @[seconds]` a line, as promtool prints it; `table`: aligned columns;
 * `labels`: the label sets alone.
 */
export function instantText(data: QueryData, format: string): string {
  switch (data.resultType) {
    case 'scalar':
    case 'string':
      return format === 'table' ? data.result[1] : `${data.resultType}: ${data.result[1]} @[${data.result[0]}]`;
    case 'matrix':
      return rangeTable(data.result, format);
    case 'vector': {
      if (format === 'labels') return data.result.map(({ metric }) => seriesName(metric)).join('\n');
      const rows = data.result.map(({ metric, value, histogram }) => {
        const [seconds, text] = value ?? [histogram?.[0] ?? 0, JSON.stringify(histogram?.[1])];
        return { name: seriesName(metric), text, seconds };
      });
      if (format !== 'table')
        return rows.map(({ name, text, seconds }) => `${name} => ${text} @[${seconds}]`).join('\n');
      if (rows.length === 0) return '(no series)';
      const width = Math.min(100, Math.max(...rows.map(({ name }) => name.length)));
      return rows.map(({ name, text }) => `${name.padEnd(width)}  ${text}`).join('\n');
    }
  }
}

/** Series with their points below each other, as promtool prints them. */
export function rangeTable(series: readonly RangeSeries[], format: string): string {
  if (series.length === 0) return format === 'table' ? '(no series)' : '';
  return series
    .map(({ metric, values = [], histograms = [] }) => {
      const points = [
        ...values.map(([seconds, text]) => ({ seconds, text })),
        ...histograms.map(([seconds, histogram]) => ({ seconds, text: JSON.stringify(histogram) })),
      ].sort((a, b) => a.seconds - b.seconds);
      const lines =
        format === 'table'
          ? points.map(({ seconds, text }) => `  ${new Date(seconds * 1000).toISOString()}  ${text}`)
          : points.map(({ seconds, text }) => `${text} @[${seconds}]`);
      return `${seriesName(metric)}${format === 'table' ? '' : ' =>'}\n${lines.join('\n')}`;
    })
    .join('\n');
}

export function seriesName(metric: LabelSet): string {
  return Labels.of(metric).toString();
}
