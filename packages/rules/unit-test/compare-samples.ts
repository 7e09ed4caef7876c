import { Labels } from '@petrel/model';
import type { VectorSample } from '@petrel/query/promql';
import { compactHistogram, formatHistogram } from '@petrel/query/promql/histogram/index.ts';
import { parseSeriesDescription } from '@petrel/query/promql/memory/series-description.ts';
import { PromqlParseError, parseSeriesLabels } from '@petrel/query/promql/parse/index.ts';
import { formatExponent } from '../status/go-format.ts';
import { showLabels } from './compare-alerts.ts';
import type { ExpectedSample } from './test-file.ts';

/** A sample as tests compare it: a histogram by its notation. */
export interface SeenSample {
  readonly labels: Labels;
  readonly value: number;
  readonly histogram: string;
}

export function seenSamples(samples: readonly VectorSample[]): readonly SeenSample[] {
  return sorted(
    samples.map(({ labels, value, histogram }) => ({
      labels,
      value,
      histogram: histogram === undefined ? '' : formatHistogram(compactHistogram(histogram)),
    })),
  );
}

/** Throws an Error that names the labels that cannot be read. */
export function expectedSamples(samples: readonly ExpectedSample[]): readonly SeenSample[] {
  return sorted(
    samples.map(({ labels: text, value, histogram }) => {
      try {
        return { labels: seriesOf(text), value, histogram: histogram === '' ? '' : histogramOf(histogram) };
      } catch (error) {
        if (!(error instanceof PromqlParseError)) throw error;
        throw new Error(`labels "${text}": ${error.message}`, { cause: error });
      }
    }),
  );
}

function seriesOf(text: string): Labels {
  const trimmed = text.trim();
  const { labels, end } = parseSeriesLabels(trimmed);
  if (end < trimmed.length) {
    const message = `unexpected "${trimmed.slice(end)}"`;
    throw new PromqlParseError(trimmed, [{ message, position: { start: end, end: trimmed.length } }]);
  }
  return labels;
}

function histogramOf(text: string): string {
  const { values } = parseSeriesDescription(`{} ${text}`);
  const [value] = values;
  if (value === undefined || values.length !== 1) throw new Error(`expected 1 value, got ${values.length}`);
  if (value.kind !== 'histogram') throw new Error(`expected histogram, got ${text}`);
  return formatHistogram(compactHistogram(value.histogram));
}

function sorted(samples: readonly SeenSample[]): readonly SeenSample[] {
  return [...samples].sort((a, b) => Labels.compare(a.labels, b.labels));
}

/** `fuzzy`: numbers may be neighbours. */
export function sameSamples(a: readonly SeenSample[], b: readonly SeenSample[], fuzzy: boolean): boolean {
  return (
    a.length === b.length &&
    a.every((x, i) => {
      const y = b[i] as SeenSample;
      if (!x.labels.equals(y.labels) || x.histogram !== y.histogram) return false;
      return x.histogram !== '' || sameNumber(x.value, y.value, fuzzy);
    })
  );
}

function sameNumber(x: number, y: number, fuzzy: boolean): boolean {
  if (x === y || (Number.isNaN(x) && Number.isNaN(y))) return true;
  return fuzzy && Number.isFinite(x) && Number.isFinite(y) && areNeighbours(x, y);
}

const bits = new BigInt64Array(1);
const floats = new Float64Array(bits.buffer);

function areNeighbours(x: number, y: number): boolean {
  const distance = ordinal(x) - ordinal(y);
  return distance === 1n || distance === -1n;
}

/** Doubles in their order as whole numbers; both zeros are 0. */
function ordinal(x: number): bigint {
  floats[0] = Math.abs(x);
  const magnitude = bits[0] as bigint;
  return x < 0 ? -magnitude : magnitude;
}

export function showSamples(samples: readonly SeenSample[]): string {
  if (samples.length === 0) return 'nil';
  return samples
    .map(({ labels, value, histogram }) => {
      return `${showLabels(labels)} ${histogram === '' ? formatExponent(value).replace('e', 'E') : histogram}`;
    })
    .join(', ');
}
