import { useComputedColorScheme } from '@mantine/core';
import type { LogHistogramAnswer } from '@petrel/api/contract/logs.ts';
import type { ReactNode } from 'react';
import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { timeLabels } from '../../explore/chart.tsx';
import { formatValue } from '../../explore/format-value.ts';
import classes from './histogram.module.css';
import { levelColor } from './levels.ts';
import type { StackedLevels } from './stack.ts';
import { stackLevels } from './stack.ts';

export interface HistogramChartProps {
  readonly answer: LogHistogramAnswer;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  /** The bucket under the pointer. */
  readonly onHover: (bucket: number | undefined) => void;
  readonly language: string;
}

const HEIGHT = 112;
const bars = uPlot.paths.bars?.({ size: [1, 64], gap: 1 });

/** Stacked bars over time; dragging zooms. */
export function HistogramChart({ answer, onZoom, onHover, language }: HistogramChartProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const handlers = useRef({ onZoom, onHover });
  handlers.current = { onZoom, onHover };
  const scheme = useComputedColorScheme();
  const stacked = useMemo(() => stackLevels(answer), [answer]);

  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const columns: uPlot.AlignedData = [
      stacked.times as number[],
      ...stacked.layers.map(({ sums }) => sums as number[]),
    ];
    const plot = new uPlot(options({ element, answer, stacked, scheme, language, handlers }), columns, element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [answer, stacked, scheme, language]);

  return <div ref={host} className={classes.chart} style={{ height: HEIGHT }} data-testid="histogram-chart" />;
}

interface ChartSource {
  readonly element: HTMLElement;
  readonly answer: LogHistogramAnswer;
  readonly stacked: StackedLevels;
  readonly scheme: 'light' | 'dark';
  readonly language: string;
  readonly handlers: { readonly current: Pick<HistogramChartProps, 'onZoom' | 'onHover'> };
}

function options({ element, answer, stacked, scheme, language, handlers }: ChartSource): uPlot.Options {
  const style = getComputedStyle(element);
  const grid = { stroke: style.outlineColor, width: 1 };
  const axis = { stroke: style.color, grid, ticks: { ...grid, size: 4 }, font: `11px ${style.fontFamily}` };
  const from = answer.startMs / 1000;
  const to = from + (answer.bucketMs * answer.buckets) / 1000;
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    // Room for the last time label, which is centred on the edge.
    padding: [8, 20, 0, 0],
    cursor: { drag: { x: true, y: false, setScale: false }, points: { show: false }, y: false },
    scales: { x: { time: true, range: [from, to] }, y: { range: (_plot, _min, max) => [0, Math.max(max, 1) * 1.05] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 22,
        gap: 3,
        space: 90,
        values: (_plot, splits) => timeLabels(splits, language),
      },
      {
        ...axis,
        size: 46,
        gap: 4,
        space: 28,
        incrs: [
          1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7, 1e8, 1e9,
        ],
        values: (_plot, splits) => splits.map((value) => formatValue(value)),
      },
    ],
    series: [
      {},
      ...stacked.layers.map(({ level }) => ({
        label: level,
        fill: levelColor(level, scheme),
        width: 0,
        points: { show: false },
        ...(bars === undefined ? {} : { paths: bars }),
      })),
    ],
    hooks: {
      setSelect: [
        (plot) => {
          if (plot.select.width < 4) return;
          const start = plot.posToVal(plot.select.left, 'x');
          const end = plot.posToVal(plot.select.left + plot.select.width, 'x');
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          handlers.current.onZoom(Math.round(start * 1000), Math.round(end * 1000));
        },
      ],
      setCursor: [(plot) => handlers.current.onHover(plot.cursor.idx ?? undefined)],
    },
  };
}
