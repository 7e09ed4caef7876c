import { Text, UnstyledButton } from '@mantine/core';
import type { LogHistogramAnswer } from '@petrel/api/contract/logs.ts';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { localText } from '../../explore/controls.tsx';
import { formatDurationMs } from '../../explore/duration.ts';
import type { TimedAnswer } from '../data.ts';
import classes from './histogram.module.css';
import { HistogramChart } from './histogram-chart.tsx';
import { levelCssColor } from './levels.ts';
import { countLevels } from './stack.ts';

export interface HistogramProps {
  readonly answer: TimedAnswer<LogHistogramAnswer>;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onLevel: (level: string) => void;
}

/** Lines over time by level. The counts follow the pointer, and are of all while it is elsewhere. */
export function Histogram({ answer, onZoom, onLevel }: HistogramProps): ReactNode {
  const { t, language } = useI18n();
  const [hover, setHover] = useState<number | undefined>(undefined);
  const bucket = hover !== undefined && hover < answer.buckets ? hover : undefined;
  const levels = countLevels(answer, bucket);
  const total = bucket === undefined ? answer.total : levels.reduce((sum, { count }) => sum + count, 0);
  const fromMs = answer.startMs + (bucket ?? 0) * answer.bucketMs;
  return (
    <section className={classes.histogram} data-testid="histogram" aria-label={t('logs.histogram')}>
      <div className={classes.legend}>
        {levels.map(({ level, count }) => (
          <UnstyledButton
            key={level}
            className={classes.level ?? ''}
            title={t('logs.histogram.only', { level })}
            data-testid={`level-${level}`}
            onClick={() => onLevel(level)}
          >
            <span className={classes.swatch} style={{ background: levelCssColor(level) }} />
            {level}
            <span className={classes.count}>{count.toLocaleString('en-US')}</span>
          </UnstyledButton>
        ))}
        <Text size="xs" c="dimmed" className={classes.summary ?? ''} data-testid="histogram-summary">
          {bucket === undefined
            ? t('logs.histogram.summary', {
                count: total.toLocaleString('en-US'),
                step: formatDurationMs(answer.bucketMs),
                ms: Math.round(answer.elapsedMs),
              })
            : t('logs.histogram.bucket', {
                count: total.toLocaleString('en-US'),
                time: localText(fromMs),
                step: formatDurationMs(answer.bucketMs),
              })}
        </Text>
      </div>
      {!answer.complete && (
        <div className={classes.incomplete} role="status">
          <IconAlertTriangle size={14} />
          {t('logs.histogram.incomplete')}
        </div>
      )}
      <HistogramChart
        answer={answer}
        onZoom={onZoom}
        onHover={setHover}
        language={language === 'zh' ? 'zh-CN' : 'en-GB'}
      />
    </section>
  );
}
