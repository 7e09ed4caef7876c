import type { FloatHistogram } from '@petrel/model';
import { compactHistogram } from '../../histogram/index.ts';
import type { Column, HistogramColumn } from '../columns.ts';
import { Arena } from '../columns.ts';
import { HISTOGRAM_TEXT, meanHistogram, noteCombination, sumHistograms } from '../histogram-notes.ts';
import type { AggregateInput } from './aggregate.ts';
import { fold } from './fold.ts';

/**
 * sum and avg where histograms take part. Floats are folded as ever; cells with histograms only are added up; cells with both
 * have no result.
 */
export async function foldHistograms(input: AggregateInput): Promise<readonly Column[]> {
  const { node, columns, groups, context } = input;
  const { steps } = node.grid;
  const floats = await fold({ ...input, columns: columns.map((column) => ({ ...column, histograms: undefined })) });
  const floatOf = new Map(floats.map((column) => [column.labels.key, column]));
  const members: Column[][] = Array.from({ length: groups.count }, () => []);
  columns.forEach((column, s) => {
    members[groups.groupOf[s] as number]?.push(column);
  });
  const result: Column[] = [];
  for (let g = 0; g < groups.count; g++) {
    const labels = groups.labels[g] as Column['labels'];
    const float = floatOf.get(labels.key);
    const column = foldGroup(input, members[g] as Column[], float);
    const dropName = groups.dropName[g] === true;
    if (column !== undefined) result.push({ labels, dropName, ...column });
    if (context.due((members[g]?.length ?? 0) * steps * 16)) await context.pause();
  }
  return result;
}

function foldGroup(
  { node, context }: AggregateInput,
  members: readonly Column[],
  float: Column | undefined,
): Pick<Column, 'values' | 'present' | 'histograms'> | undefined {
  const { steps } = node.grid;
  const { annotations } = context;
  const slot = new Arena(steps).take();
  const histograms: HistogramColumn = [];
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const here = members.filter((column) => column.histograms?.[k] !== undefined);
    if (here.length === 0) {
      if (float?.present[k] !== 1) continue;
      slot.values[k] = float.values[k] as number;
      slot.present[k] = 1;
      found++;
      continue;
    }
    if (float?.present[k] === 1) {
      annotations.warn(HISTOGRAM_TEXT.mixedAggregation, node.inputPos);
      continue;
    }
    const list = here.map((column) => column.histograms?.[k] as FloatHistogram);
    const total = node.op === 'sum' ? sumHistograms(list) : meanHistogram(list);
    noteCombination(annotations, total, 'aggregation', node.inputPos);
    if (total.histogram === undefined) {
      annotations.warn(HISTOGRAM_TEXT.mixedSchemas(here[0]?.labels.metric ?? ''), node.inputPos);
      continue;
    }
    histograms[k] = compactHistogram(total.histogram);
    found++;
  }
  return found === 0 ? undefined : { ...slot, histograms: histograms.length > 0 ? histograms : undefined };
}
