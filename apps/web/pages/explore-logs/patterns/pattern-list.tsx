import { ActionIcon, Text, Tooltip } from '@mantine/core';
import type { LogPatternsAnswer, LogPatternView } from '@petrel/api/contract/logs.ts';
import { IconMinus, IconPlus } from '@tabler/icons-react';
import type { CSSProperties, ReactNode } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { Empty } from '../../alerts/notice/empty.tsx';
import { levelCssColor } from '../histogram/levels.ts';
import { LevelMark } from '../lines/level-mark.tsx';
import classes from './patterns.module.css';
import { Sparkline } from './sparkline.tsx';

export interface PatternListProps {
  readonly answer: LogPatternsAnswer;
  readonly onFilter: (pattern: string, negate: boolean) => void;
}

/** Templates of lines, the most frequent first; a click keeps its lines or takes them away. */
export function PatternList({ answer, onFilter }: PatternListProps): ReactNode {
  const { t } = useI18n();
  if (answer.patterns.length === 0)
    return <Empty title={t('logs.patterns.none')}>{t('logs.patterns.none.text')}</Empty>;
  const most = answer.patterns.reduce((max, { count }) => Math.max(max, count), 1);
  return (
    <div data-testid="patterns">
      <Text size="xs" c="dimmed" mb={4}>
        {t('logs.patterns.summary', {
          count: answer.patterns.length,
          sampled: answer.sampled.toLocaleString('en-US'),
        })}
      </Text>
      {answer.patterns.map((pattern) => (
        <PatternRow
          key={`${pattern.level} ${pattern.pattern}`}
          pattern={pattern}
          most={most}
          sampled={answer.sampled}
          onFilter={onFilter}
        />
      ))}
    </div>
  );
}

interface PatternRowProps {
  readonly pattern: LogPatternView;
  readonly most: number;
  readonly sampled: number;
  readonly onFilter: (pattern: string, negate: boolean) => void;
}

function PatternRow({ pattern, most, sampled, onFilter }: PatternRowProps): ReactNode {
  const { t } = useI18n();
  const share = sampled === 0 ? 0 : (100 * pattern.count) / sampled;
  const color = levelCssColor(pattern.level);
  return (
    <div
      className={classes.row}
      style={{ '--share': `${(100 * pattern.count) / most}%`, '--level': color } as CSSProperties}
      data-testid="pattern"
    >
      <LevelMark level={pattern.level} />
      <span className={classes.count} title={`${share.toFixed(1)} %`}>
        {pattern.count.toLocaleString('en-US')}
        <span className={classes.share}>{share >= 0.1 ? `${share.toFixed(share < 10 ? 1 : 0)} %` : '< 0.1 %'}</span>
      </span>
      <Sparkline counts={pattern.counts} color={color} label={t('logs.patterns.overTime')} />
      <code className={classes.template} title={pattern.example}>
        {pattern.pattern.split('<_>').map((part, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one template have no other identity
          <span key={i}>
            {i > 0 && <span className={classes.hole}>…</span>}
            {part}
          </span>
        ))}
      </code>
      <span className={classes.actions}>
        <Tooltip label={t('logs.patterns.only')}>
          <ActionIcon
            size="sm"
            variant="subtle"
            aria-label={t('logs.patterns.only')}
            data-testid="pattern-only"
            onClick={() => onFilter(pattern.pattern, false)}
          >
            <IconPlus size={15} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t('logs.patterns.without')}>
          <ActionIcon
            size="sm"
            variant="subtle"
            aria-label={t('logs.patterns.without')}
            data-testid="pattern-without"
            onClick={() => onFilter(pattern.pattern, true)}
          >
            <IconMinus size={15} />
          </ActionIcon>
        </Tooltip>
      </span>
    </div>
  );
}
