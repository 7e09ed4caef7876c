import { useComputedColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { GraphData } from './data.ts';
import classes from './explore.module.css';
import { formatValue } from './format-value.ts';
import { seriesColor } from './palette.ts';

export interface ChartProps {
  readonly data: GraphData;
  /** Indices of hidden series. */
  readonly hidden: ReadonlySet<number>;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  /** The index under the pointer on the time axis, or undefined. */
  readonly onHover: (index: number | undefined) => void;
  readonly language: string;
}

const HEIGHT = 380;

export function Chart({ data, hidden, onZoom, onHover, language }: ChartProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const handlers = useRef({ onZoom, onHover });
  handlers.current = { onZoom, onHover };
  const colorScheme = useComputedColorScheme();

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new color scheme or language redraws with other colours and dates
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const columns: uPlot.AlignedData = [
      data.times as number[],
      ...data.series.map((one) => one.values as (number | null)[]),
    ];
    const created = new uPlot(options(element, data, language, handlers), columns, element);
    plot.current = created;
    const observer = new ResizeObserver(() => created.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      created.destroy();
      plot.current = undefined;
    };
  }, [data, language, colorScheme]);

  useEffect(() => {
    const current = plot.current;
    if (current === undefined) return;
    current.batch(() => {
      for (let i = 0; i < data.series.length; i++) current.setSeries(i + 1, { show: !hidden.has(i) });
    });
  }, [data, hidden]);

  return <div ref={host} className={classes.chart} data-testid="chart" />;
}

function options(
  element: HTMLElement,
  data: GraphData,
  language: string,
  handlers: { readonly current: Pick<ChartProps, 'onZoom' | 'onHover'> },
): uPlot.Options {
  const style = getComputedStyle(element);
  const grid = { stroke: style.outlineColor, width: 1 };
  const font = `12px ${style.fontFamily}`;
  const axis = { stroke: style.color, grid, ticks: { ...grid, size: 4 }, font };
  const single = data.series.length === 1;
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    // Room for the last time label, which is centred on the edge.
    padding: [10, 28, 0, 0],
    cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
    scales: { x: { time: true }, y: { range: paddedRange } },
    axes: [
      { ...axis, values: (_plot, splits) => timeLabels(splits, language), space: 90 },
      {
        ...axis,
        values: (_plot, splits) => splits.map((value) => formatValue(value)),
        size: valueAxisWidth,
        space: 40,
      },
    ],
    series: [
      {},
      ...data.series.map((one, index) => ({
        label: one.name,
        stroke: seriesColor(index),
        width: 1.5,
        spanGaps: false,
        // A lone point between gaps would be invisible as a line.
        points: { show: isolatedPoints, size: 4 },
        ...(single ? { fill: `${seriesColor(index)}1a` } : {}),
      })),
    ],
    hooks: {
      setSelect: [
        (plot) => {
          if (plot.select.width < 4) return;
          const from = plot.posToVal(plot.select.left, 'x');
          const to = plot.posToVal(plot.select.left + plot.select.width, 'x');
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          handlers.current.onZoom(Math.round(from * 1000), Math.round(to * 1000));
        },
      ],
      setCursor: [(plot) => handlers.current.onHover(plot.cursor.idx ?? undefined)],
    },
  };
}

function isolatedPoints(plot: uPlot, seriesIndex: number): boolean {
  const values = plot.data[seriesIndex];
  if (values === undefined) return false;
  for (let i = 0; i < values.length; i++) {
    if (values[i] != null && values[i - 1] == null && values[i + 1] == null) return true;
  }
  return false;
}

function paddedRange(_plot: uPlot, min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1];
  if (min === max) return min === 0 ? [0, 1] : [Math.min(min * 0.9, min * 1.1), Math.max(min * 0.9, min * 1.1)];
  const pad = (max - min) * 0.06;
  return [min >= 0 && min - pad < 0 ? 0 : min - pad, max + pad];
}

function valueAxisWidth(_plot: uPlot, values: readonly string[] | null): number {
  const longest = Math.max(0, ...(values ?? []).map((value) => value.length));
  return 18 + longest * 7.2;
}

/** Times of an axis, as fine as its span needs. Seconds since the epoch. */
export function timeLabels(splits: readonly number[], language: string): string[] {
  const span = (splits.at(-1) ?? 0) - (splits[0] ?? 0);
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hour12: false };
  const format = new Intl.DateTimeFormat(language, {
    ...(span > 20 * 3600 ? { month: '2-digit', day: '2-digit' } : {}),
    ...(span > 8 * 86_400 ? {} : time),
    ...(span < 600 ? { second: '2-digit' } : {}),
  });
  return splits.map((split) => format.format(split * 1000));
}
