import { Stack, Text, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useMemo, useState } from 'react';
import { useI18n } from '../../i18n/index.tsx';
import { Chart } from './chart.tsx';
import { localText } from './controls.tsx';
import type { GraphData } from './data.ts';
import classes from './explore.module.css';
import { formatValue } from './format-value.ts';
import { seriesColor } from './palette.ts';

export interface GraphProps {
  readonly data: GraphData;
  readonly onZoom: (fromMs: number, toMs: number) => void;
}

/** The chart and its legend, whose values follow the pointer (the last ones while it is elsewhere). */
export function Graph({ data, onZoom }: GraphProps): ReactNode {
  const { t, language } = useI18n();
  const [hover, setHover] = useState<number | undefined>(undefined);
  const names = useMemo(() => data.series.map((one) => one.name).join('\n'), [data]);
  const [visibility, setVisibility] = useState<{ readonly names: string; readonly hidden: ReadonlySet<number> }>({
    names,
    hidden: new Set(),
  });
  // Hidden series stay hidden over a refresh, but not when the query gives other series.
  const hidden = visibility.names === names ? visibility.hidden : NOTHING_HIDDEN;
  const setHidden = (next: ReadonlySet<number>): void => setVisibility({ names, hidden: next });
  const at = hover ?? data.times.length - 1;
  const time = data.times[at];
  return (
    <Stack gap={6}>
      <Chart
        data={data}
        hidden={hidden}
        onZoom={onZoom}
        onHover={setHover}
        language={language === 'zh' ? 'zh-CN' : 'en-GB'}
      />
      <Text size="xs" c="dimmed">
        {time === undefined ? '' : `${t('explore.at', { time: localText(time * 1000) })} · `}
        {t('explore.zoomHint')}
      </Text>
      <div className={classes.legend} data-testid="legend">
        {data.series.map((one, index) => {
          const value = one.values[at];
          return (
            <UnstyledButton
              // biome-ignore lint/suspicious/noArrayIndexKey: the position is the identity of a series in one answer
              key={index}
              className={classes.legendRow ?? ''}
              data-hidden={hidden.has(index)}
              aria-pressed={!hidden.has(index)}
              onClick={(event) => setHidden(toggle(hidden, index, data.series.length, event.ctrlKey || event.metaKey))}
            >
              <span className={classes.swatch} style={{ background: seriesColor(index) }} />
              <span className={classes.seriesName}>{one.name}</span>
              <span className={classes.value}>{value == null ? '–' : formatValue(value)}</span>
            </UnstyledButton>
          );
        })}
      </div>
    </Stack>
  );
}

const NOTHING_HIDDEN: ReadonlySet<number> = new Set();

/** A plain click shows one series alone, and all again at the second click; with the modifier it switches that one. */
export function toggle(hidden: ReadonlySet<number>, index: number, total: number, one: boolean): ReadonlySet<number> {
  if (one) {
    const next = new Set(hidden);
    if (!next.delete(index)) next.add(index);
    return next;
  }
  const alone = hidden.size === total - 1 && !hidden.has(index);
  if (alone) return NOTHING_HIDDEN;
  return new Set(Array.from({ length: total }, (_, i) => i).filter((i) => i !== index));
}
