import { Badge, Code, Group, Text, ThemeIcon } from '@mantine/core';
import type { LedgerEntryData } from '@petrel/api/contract/alerting.ts';
import {
  IconActivity,
  IconArrowsSplit,
  IconBellOff,
  IconFlame,
  IconSend,
  IconSettings,
  IconStack2,
} from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import { useMemo } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { clockText, spanText } from '../clock/ages.ts';
import type { Stage, TimelineItem, Tone } from './data.ts';
import { toTimeline } from './data.ts';
import classes from './explain.module.css';

const ICONS: Readonly<Record<Stage, ComponentType<{ readonly size: number }>>> = {
  evaluation: IconActivity,
  state: IconFlame,
  route: IconArrowsSplit,
  group: IconStack2,
  suppression: IconBellOff,
  delivery: IconSend,
  config: IconSettings,
};

const COLORS: Readonly<Record<Tone, string>> = { good: 'teal', bad: 'red', neutral: 'gray' };

export interface TimelineProps {
  readonly entries: readonly LedgerEntryData[];
  readonly askedMs: number;
}

/** The decisions one below the other, each with its time, its place in the chain and its reason. */
export function Timeline({ entries, askedMs }: TimelineProps): ReactNode {
  const { t } = useI18n();
  const items = useMemo(() => toTimeline(entries, askedMs), [entries, askedMs]);
  if (entries.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('explain.timeline.none')}
      </Text>
    );
  return (
    <div className={classes.timeline} data-testid="timeline">
      {items.map((item, index) =>
        item.kind === 'asked' ? (
          <div key="asked" className={classes.asked}>
            {t('explain.asked', { time: clockText(item.atMs, Date.now()) })}
          </div>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries of one answer, which may be equal
          <Step key={index} item={item} />
        ),
      )}
    </div>
  );
}

function Step({ item }: { readonly item: TimelineItem & { readonly kind: 'entry' } }): ReactNode {
  const { t } = useI18n();
  const { entry, stage, tone, atMs, gapMs } = item;
  const Icon = ICONS[stage];
  const target = [entry.receiver, entry.integration].filter(Boolean).join(' · ');
  return (
    <div className={classes.item} data-testid="timeline-step">
      <div className={classes.time}>
        {clockText(atMs, Date.now())}
        {gapMs !== undefined && gapMs >= 1000 && <span className={classes.gap}>+{spanText(gapMs)}</span>}
      </div>
      <ThemeIcon size={26} radius="xl" variant="light" color={COLORS[tone]}>
        <Icon size={15} />
      </ThemeIcon>
      <div className={classes.body}>
        <Group gap={6}>
          <span className={classes.stage}>{t(`explain.stage.${stage}`)}</span>
          {target !== '' && <span className={classes.stage}>→ {target}</span>}
          {entry.reason !== '' && (
            <Badge size="xs" radius="sm" variant="default" tt="none" fw={500}>
              {entry.reason}
            </Badge>
          )}
        </Group>
        {entry.text}
        <details>
          <summary>{t('explain.raw')}</summary>
          <Code block className={classes.raw ?? ''}>
            {JSON.stringify(entry, undefined, 2)}
          </Code>
        </details>
      </div>
    </div>
  );
}
