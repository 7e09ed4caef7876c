import { Group, Stack, Text } from '@mantine/core';
import type { LedgerEntryData } from '@petrel/api/contract/alerting.ts';
import type { ReactNode } from 'react';
import { useMemo } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { clockText } from '../clock/ages.ts';
import { LabelList } from '../labels/label-list.tsx';
import { ownLabels, sharedLabels } from '../labels/labels-text.ts';
import type { Lane, LaneState, LanesInput } from './lanes.ts';
import { toLanes } from './lanes.ts';
import classes from './timeline.module.css';

const MAX_LANES = 12;
const STATES: readonly LaneState[] = ['firing', 'pending', 'inactive', 'unknown'];

/** The states of a rule's alerts over time, a lane each, and below the changes themselves. */
export function StateTimeline(props: LanesInput): ReactNode {
  const { t } = useI18n();
  const { startMs, endMs, entries } = props;
  const lanes = useMemo(() => toLanes(props), [props]);
  const shared = useMemo(() => (lanes.length < 2 ? {} : sharedLabels(lanes.map(({ labels }) => labels))), [lanes]);
  if (lanes.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('rules.history.none')}
      </Text>
    );
  return (
    <Stack gap={4} data-testid="state-timeline">
      {lanes.slice(0, MAX_LANES).map((lane) => (
        <LaneRow key={lane.key} lane={lane} startMs={startMs} endMs={endMs} labels={ownLabels(lane.labels, shared)} />
      ))}
      <div className={classes.lane}>
        <Group gap="xs" fz={11} c="dimmed">
          {STATES.map((state) => (
            <Group key={state} gap={4} wrap="nowrap">
              <span className={classes.key}>
                <span className={classes.segment} data-state={state} />
              </span>
              {t(`rules.lane.${state}`)}
            </Group>
          ))}
        </Group>
        <div className={classes.axis}>
          <span>{clockText(startMs, endMs).slice(0, -3)}</span>
          <span>{clockText((startMs + endMs) / 2, endMs).slice(0, -3)}</span>
          <span>{clockText(endMs, endMs).slice(0, -3)}</span>
        </div>
      </div>
      {lanes.length > MAX_LANES && (
        <Text size="xs" c="dimmed">
          {t('rules.history.more', { shown: MAX_LANES, total: lanes.length })}
        </Text>
      )}
      <Changes entries={entries} endMs={endMs} shared={shared} />
    </Stack>
  );
}

function LaneRow({
  lane,
  startMs,
  endMs,
  labels,
}: {
  readonly lane: Lane;
  readonly startMs: number;
  readonly endMs: number;
  readonly labels: Readonly<Record<string, string>>;
}): ReactNode {
  const { t } = useI18n();
  const share = (ms: number): string => `${(100 * ms) / (endMs - startMs)}%`;
  return (
    <div className={classes.lane}>
      <LabelList labels={labels} oneLine />
      <div className={classes.bar}>
        {lane.segments.map(({ state, fromMs, toMs }) => (
          <span
            key={fromMs}
            className={classes.segment}
            data-state={state}
            style={{ left: share(fromMs - startMs), width: share(toMs - fromMs) }}
            title={`${t(`rules.lane.${state}`)} · ${clockText(fromMs, endMs)} – ${clockText(toMs, endMs)}`}
          />
        ))}
      </div>
    </div>
  );
}

const MAX_CHANGES = 100;

function Changes({
  entries,
  endMs,
  shared,
}: {
  readonly entries: readonly LedgerEntryData[];
  readonly endMs: number;
  readonly shared: Readonly<Record<string, string>>;
}): ReactNode {
  const { t } = useI18n();
  if (entries.length === 0) return null;
  return (
    <details>
      <summary style={{ fontSize: 12, cursor: 'pointer' }}>
        {t('rules.history.changes', { count: entries.length })}
      </summary>
      <div className={classes.entries} data-testid="state-changes">
        {entries.slice(0, MAX_CHANGES).map((entry, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries of one answer, which may be equal
          <Change key={index} entry={entry} endMs={endMs} shared={shared} />
        ))}
      </div>
    </details>
  );
}

function Change({
  entry,
  endMs,
  shared,
}: {
  readonly entry: LedgerEntryData;
  readonly endMs: number;
  readonly shared: Readonly<Record<string, string>>;
}): ReactNode {
  return (
    <>
      <span className={classes.time}>{clockText(Date.parse(entry.time), endMs)}</span>
      <span>{entry.reason}</span>
      <span>{entry.text === '' ? <LabelList labels={ownLabels(entry.labels, shared)} oneLine /> : entry.text}</span>
    </>
  );
}
