import type { RangeSeries } from '@petrel/api/contract/prometheus.ts';
import { seriesName } from './text.ts';

export interface ChartOptions {
  readonly startS: number;
  readonly endS: number;
  /** Of the terminal. */
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
}

/** More lines than this cannot be told apart. */
const MAX_LINES = 8;
const COLOURS = [36, 33, 32, 35, 34, 31, 96, 93];
const BRAILLE = 0x2800;
/** The bit of each dot in a cell two dots wide and four high. */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

interface Line {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

/** A line chart of Braille dots with both axes and a legend. Histograms are left out. */
export function renderChart(series: readonly RangeSeries[], options: ChartOptions): string {
  const lines = series.flatMap(({ metric, values = [] }): Line[] => {
    const points = values
      .map(([s, text]) => [s, toNumber(text)] as const)
      .filter(([, value]) => Number.isFinite(value));
    return points.length === 0 ? [] : [{ name: seriesName(metric), points }];
  });
  if (lines.length === 0) return '(no points)';
  const shown = lines.slice(0, MAX_LINES);
  const { low, high } = boundsOf(shown);
  const legendRows = shown.length + (lines.length > shown.length ? 1 : 0);
  const height = Math.max(5, Math.min(20, options.rows - legendRows - 4));
  const ticks = tickLabels(low, high, height);
  const margin = Math.max(...ticks.map((tick) => tick.length));
  const width = Math.max(20, options.columns - margin - 3);
  const cells = plot(shown, { ...options, low, high, width, height });
  const body = cells.map((row, y) => `${(ticks[y] as string).padStart(margin)} ${ticks[y] === '' ? '│' : '┤'}${row}`);
  const blank = ' '.repeat(margin + 1);
  return [
    ...body,
    `${blank}└${'─'.repeat(width)}`,
    `${blank} ${timeAxis(options.startS, options.endS, width)}`,
    ...legend(shown, lines.length, options),
  ].join('\n');
}

function boundsOf(lines: readonly Line[]): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { points } of lines) {
    for (const [, value] of points) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  // A rate that starts at zero reads better from zero; a flat line needs room on both sides.
  if (low > 0 && low < high / 2) low = 0;
  if (low === high) {
    const room = Math.abs(low) * 0.1 || 1;
    return { low: low - room, high: high + room };
  }
  return { low, high };
}

interface Plot extends ChartOptions {
  readonly low: number;
  readonly high: number;
  /** In cells. */
  readonly width: number;
  readonly height: number;
}

function plot(lines: readonly Line[], { startS, endS, low, high, width, height, colour }: Plot): string[] {
  const dots = new Uint8Array(width * height);
  const owner = new Int8Array(width * height).fill(-1);
  const xOf = (s: number): number => Math.round(((s - startS) / (endS - startS || 1)) * (width * 2 - 1));
  const yOf = (value: number): number => Math.round(((high - value) / (high - low)) * (height * 4 - 1));
  lines.forEach(({ points }, index) => {
    const set = (x: number, y: number): void => {
      if (x < 0 || y < 0 || x >= width * 2 || y >= height * 4) return;
      const cell = (y >> 2) * width + (x >> 1);
      dots[cell] = (dots[cell] as number) | (DOTS[y & 3] as readonly [number, number])[(x & 1) as 0 | 1];
      owner[cell] = index;
    };
    const usualGap = medianGap(points);
    points.forEach(([s, value], i) => {
      const [beforeS, before] = points[i - 1] ?? [s, value];
      // A gap in the series stays one in the picture.
      if (s - beforeS > usualGap * 1.5) set(xOf(s), yOf(value));
      else drawLine(xOf(beforeS), yOf(before), xOf(s), yOf(value), set);
    });
  });
  const rows: string[] = [];
  for (let y = 0; y < height; y++) {
    let row = '';
    for (let x = 0; x < width; x++) {
      const cell = y * width + x;
      const char = dots[cell] === 0 ? ' ' : String.fromCharCode(BRAILLE + (dots[cell] as number));
      row += colour && char !== ' ' ? paint(char, owner[cell] as number) : char;
    }
    rows.push(row);
  }
  return rows;
}

function medianGap(points: readonly (readonly [number, number])[]): number {
  const gaps = points.slice(1).map(([s], i) => s - (points[i] as readonly [number, number])[0]);
  gaps.sort((a, b) => a - b);
  return gaps[gaps.length >> 1] ?? Number.POSITIVE_INFINITY;
}

function drawLine(x0: number, y0: number, x1: number, y1: number, set: (x: number, y: number) => void): void {
  const count = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
  for (let i = 0; i <= count; i++)
    set(Math.round(x0 + ((x1 - x0) * i) / count), Math.round(y0 + ((y1 - y0) * i) / count));
}

/** A label for about every fourth row, '' for the others. */
function tickLabels(low: number, high: number, height: number): string[] {
  const every = Math.max(1, Math.round((height - 1) / 4));
  return Array.from({ length: height }, (_, y) =>
    y % every === 0 || y === height - 1 ? shortNumber(high - ((high - low) * y) / (height - 1)) : '',
  );
}

/** Four digits and a unit of thousands: `1.234k`, `56.7M`. */
export function shortNumber(value: number): string {
  const abs = Math.abs(value);
  if (abs !== 0 && (abs < 0.001 || abs >= 1e15)) return value.toExponential(2);
  const units: readonly (readonly [number, string])[] = [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ];
  const [size, unit] = units.find(([bound]) => abs >= bound) ?? [1, ''];
  return `${Number((value / size).toPrecision(4))}${unit}`;
}

function timeAxis(startS: number, endS: number, width: number): string {
  const long = endS - startS > 86_400;
  const label = (s: number): string => {
    const text = new Date(s * 1000).toISOString();
    return long ? text.slice(5, 16).replace('T', ' ') : text.slice(11, 19);
  };
  const size = label(startS).length;
  const count = Math.max(2, Math.min(6, Math.floor(width / (size + 4))));
  let line = '';
  for (let i = 0; i < count; i++) {
    const at = Math.round((i * (width - size)) / (count - 1));
    line =
      line.padEnd(at) +
      label(startS + ((endS - startS) * (at + (i === 0 ? 0 : i === count - 1 ? size : size / 2))) / width);
  }
  return `${line}  UTC`.slice(0, width + 5);
}

function legend(shown: readonly Line[], total: number, { colour, columns }: ChartOptions): string[] {
  const rows = shown.map(({ name, points }, index) => {
    const last = (points.at(-1) as readonly [number, number])[1];
    const text = `${name}  ${shortNumber(last)}`;
    const mark = '⣿⣿';
    return `  ${colour ? paint(mark, index) : mark} ${text.length > columns - 6 ? `${text.slice(0, columns - 7)}…` : text}`;
  });
  if (total > shown.length) rows.push(`  and ${total - shown.length} more series: narrow the query, or use topk`);
  return rows;
}

function paint(text: string, index: number): string {
  return `\u001b[${COLOURS[index % COLOURS.length]}m${text}\u001b[0m`;
}

function toNumber(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}
