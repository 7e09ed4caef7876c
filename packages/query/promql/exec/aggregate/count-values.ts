import { type Labels, PetrelError } from '@petrel/model';
import { isValidLabelName } from '../call/label-names.ts';
import type { Column } from '../columns.ts';
import { Arena } from '../columns.ts';

import { histogramToString } from '../histogram-text.ts';
import type { AggregateInput } from './aggregate.ts';

/** count_values: how many members of a group have each value; the value stands in `label`. */
export async function countValues(input: AggregateInput, label: string): Promise<readonly Column[]> {
  if (!isValidLabelName(label)) {
    throw new PetrelError('PROMQL_EXEC', `invalid label name ${quoteBytes(label)}`);
  }
  const { node, columns, groups, context } = input;
  const { steps } = node.grid;
  const arena = new Arena(steps);
  const byValue = new Map<string, Column>();
  const cache = new Map<string, Labels>();
  const labelled = (group: number, text: string): Labels => {
    const key = `${group}\0${text}`;
    let labels = cache.get(key);
    if (labels === undefined) {
      labels = (groups.labels[group] as Labels).with(label, text);
      cache.set(key, labels);
    }
    return labels;
  };
  for (const [s, column] of columns.entries()) {
    const group = groups.groupOf[s] as number;
    for (let k = 0; k < steps; k++) {
      const histogram = column.histograms?.[k];
      if (column.present[k] !== 1 && histogram === undefined) continue;
      const text = histogram === undefined ? formatPlain(column.values[k] as number) : histogramToString(histogram);
      const labels = labelled(group, text);
      let out = byValue.get(labels.key);
      if (out === undefined) {
        const dropName = groups.dropName[group] === true && label !== '__name__';
        out = { labels, dropName, ...arena.take() };
        byValue.set(labels.key, out);
        // Values that hardly repeat make a column each: the limit must hold while they grow.
        context.hold(steps);
        if (context.due(steps)) await context.pause();
      }
      out.values[k] = (out.values[k] as number) + 1;
      out.present[k] = 1;
    }
    if (context.due(steps * 8)) await context.pause();
  }
  return [...byValue.values()];
}

/** Shortest digits that give the value back, never with an exponent: as Prometheus writes a value into a label. */
function formatPlain(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign = '', lead = '', fraction = '', power = '0'] = match;
  const exponent = Number(power);
  const digits = lead + fraction;
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  return sign + digits.padEnd(exponent + 1, '0');
}

/** Quoted, with bytes that are no UTF-8 (lone surrogates here) as `\xNN`. */
function quoteBytes(text: string): string {
  return JSON.stringify(text).replace(/\\udc([89a-f][0-9a-f])/g, '\\x$1');
}
