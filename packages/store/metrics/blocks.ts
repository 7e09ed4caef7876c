import type { InsertBlock } from '../group-commit/block-inserter.ts';
import {
  fixedColumn,
  lowCardinalityColumn,
  mapColumn,
  type NativeColumn,
  stringColumn,
  timeColumn,
} from '../native/encode.ts';
import type { Batch } from './batch.ts';
import { encodeHistogram } from './histogram-codec.ts';
import type { MetricSeriesRegistry } from './registry.ts';

/** Dictionary and positions for the metric column, from one pass over the references. */
function metricColumn(registry: MetricSeriesRegistry, refs: Uint32Array, rows: number): NativeColumn {
  const position = new Int32Array(registry.metricNames.length).fill(-1);
  const dictionary: string[] = [];
  const index = new Uint32Array(rows);
  const { metricOf } = registry;
  for (let i = 0; i < rows; i++) {
    const metric = metricOf[refs[i] as number] as number;
    let at = position[metric] as number;
    if (at < 0) {
      at = dictionary.push(registry.metricNames[metric] as string) - 1;
      position[metric] = at;
    }
    index[i] = at;
  }
  return lowCardinalityColumn('metric', dictionary, index, rows);
}

function seriesColumn(registry: MetricSeriesRegistry, refs: Uint32Array, rows: number): NativeColumn {
  const words = new Uint32Array(2 * rows);
  const { idWords } = registry;
  for (let i = 0; i < rows; i++) {
    const ref = refs[i] as number;
    words[2 * i] = idWords[2 * ref] as number;
    words[2 * i + 1] = idWords[2 * ref + 1] as number;
  }
  return fixedColumn('series', 'UInt64', words);
}

export function samplesBlock(registry: MetricSeriesRegistry, batch: Batch): InsertBlock {
  const { rows, refs } = batch;
  const columns = [
    metricColumn(registry, refs, rows),
    seriesColumn(registry, refs, rows),
    timeColumn('ts', batch.timestampsMs, rows),
    fixedColumn('value', 'Float64', batch.values.subarray(0, rows)),
  ];
  if (batch.startsMs !== undefined) columns.push(startColumn(batch.startsMs, rows));
  return { rows, columns };
}

function startColumn(startsMs: Float64Array, rows: number): NativeColumn {
  const { data } = timeColumn('start', startsMs, rows);
  return { name: 'start', type: 'Int64', data };
}

/** `refs[i]` lived on `days[i]`. */
export function seriesBlock(registry: MetricSeriesRegistry, refs: Uint32Array, days: Uint16Array): InsertBlock {
  const rows = refs.length;
  const offsets = new Float64Array(rows);
  const names = new Map<string, number>();
  const keys: number[] = [];
  const values: Uint8Array[] = [];
  for (let i = 0; i < rows; i++) {
    registry.eachLabel(refs[i] as number, (name, value) => {
      let key = names.get(name);
      if (key === undefined) {
        key = names.size;
        names.set(name, key);
      }
      keys.push(key);
      values.push(registry.symbolBytes(value));
    });
    offsets[i] = keys.length;
  }
  return {
    rows,
    columns: [
      fixedColumn('day', 'Date', days),
      metricColumn(registry, refs, rows),
      seriesColumn(registry, refs, rows),
      mapColumn('labels', offsets, rows, [...names.keys()], Uint32Array.from(keys), values),
    ],
  };
}

export function histogramsBlock(registry: MetricSeriesRegistry, batch: Batch): InsertBlock {
  const list = batch.histograms;
  const rows = list.length;
  const refs = Uint32Array.from(list, (row) => row.ref);
  return {
    rows,
    columns: [
      metricColumn(registry, refs, rows),
      seriesColumn(registry, refs, rows),
      timeColumn(
        'ts',
        Float64Array.from(list, (row) => row.tMs),
        rows,
      ),
      startColumn(
        Float64Array.from(list, (row) => row.startTMs ?? 0),
        rows,
      ),
      fixedColumn(
        'count',
        'Float64',
        Float64Array.from(list, (row) => row.histogram.count),
      ),
      fixedColumn(
        'sum',
        'Float64',
        Float64Array.from(list, (row) => row.histogram.sum),
      ),
      stringColumn(
        'encoded',
        list.map((row) => encodeHistogram(row.histogram, row.stale === true)),
      ),
    ],
  };
}

const utf8 = new TextEncoder();

export function exemplarsBlock(registry: MetricSeriesRegistry, batch: Batch): InsertBlock {
  const list = batch.exemplars;
  const rows = list.length;
  const refs = Uint32Array.from(list, (row) => row.ref);
  const names = new Map<string, number>();
  const keys: number[] = [];
  const values: Uint8Array[] = [];
  const offsets = Float64Array.from(list, ({ labels }) => {
    for (const [name, value] of labels) {
      if (!names.has(name)) names.set(name, names.size);
      keys.push(names.get(name) as number);
      values.push(utf8.encode(value));
    }
    return keys.length;
  });
  return {
    rows,
    columns: [
      metricColumn(registry, refs, rows),
      seriesColumn(registry, refs, rows),
      timeColumn(
        'ts',
        Float64Array.from(list, (row) => row.tMs),
        rows,
      ),
      fixedColumn(
        'value',
        'Float64',
        Float64Array.from(list, (row) => row.value),
      ),
      mapColumn('labels', offsets, rows, [...names.keys()], Uint32Array.from(keys), values),
    ],
  };
}

export function metadataBlock(batch: Batch, nowMs: number): InsertBlock {
  const list = batch.metadata;
  const types = [...new Set(list.map((row) => row.type))];
  return {
    rows: list.length,
    columns: [
      stringColumn(
        'metric',
        list.map((row) => row.metric),
      ),
      lowCardinalityColumn(
        'type',
        types,
        Uint32Array.from(list, (row) => types.indexOf(row.type)),
        list.length,
      ),
      stringColumn(
        'help',
        list.map((row) => row.help),
      ),
      stringColumn(
        'unit',
        list.map((row) => row.unit),
      ),
      timeColumn('seen', new Float64Array(list.length).fill(nowMs), list.length),
    ],
  };
}
