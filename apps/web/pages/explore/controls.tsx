import { ActionIcon, Button, Group, Popover, Select, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { useI18n } from '../../i18n/index.tsx';
import { automaticStepMs, formatDurationMs, parseDurationMs } from './duration.ts';
import type { ExploreState, TimeRange } from './url-state.ts';
import { resolveRange } from './url-state.ts';

const RANGES = ['5m', '15m', '30m', '1h', '3h', '6h', '12h', '1d', '2d', '1w', '2w'];
const REFRESHES = ['5s', '15s', '30s', '1m', '5m'];

export interface ControlsProps {
  readonly state: ExploreState;
  readonly onChange: (change: Partial<ExploreState>) => void;
}

/** Time range, step and refresh, in the order in which people set them. */
export function Controls({ state, onChange }: ControlsProps): ReactNode {
  const { t } = useI18n();
  return (
    <Group gap="xs" align="end" wrap="wrap">
      <RangeControl range={state.range} onChange={(range) => onChange({ range })} />
      {state.tab === 'graph' && <StepControl state={state} onChange={onChange} />}
      <Select
        size="xs"
        w={92}
        label={t('explore.refresh')}
        allowDeselect={false}
        value={state.refreshMs === 0 ? 'off' : formatDurationMs(state.refreshMs)}
        data={[{ value: 'off', label: t('explore.refresh.off') }, ...REFRESHES]}
        onChange={(value) => onChange({ refreshMs: parseDurationMs(value ?? '') ?? 0 })}
      />
    </Group>
  );
}

/** The range as a choice of the usual ones or two times, with steps to either side by half of it. */
export function RangeControl({
  range,
  onChange,
  titled = true,
}: {
  readonly range: TimeRange;
  readonly onChange: (range: TimeRange) => void;
  /** With its name above it. */
  readonly titled?: boolean;
}): ReactNode {
  const { t } = useI18n();
  const [custom, setCustom] = useState(false);
  const value = range.kind === 'last' ? formatDurationMs(range.durationMs) : 'absolute';
  const { fromMs, toMs } = resolveRange(range, Date.now());
  const move = (direction: -1 | 1): void => {
    const half = ((toMs - fromMs) / 2) * direction;
    onChange({ kind: 'absolute', fromMs: fromMs + half, toMs: toMs + half });
  };
  const choices = RANGES.includes(value) || value === 'absolute' ? RANGES : [...RANGES, value];
  return (
    <Group gap={4} align="end" wrap="nowrap">
      <Tooltip label={t('explore.range.back')}>
        <ActionIcon variant="default" size={30} aria-label={t('explore.range.back')} onClick={() => move(-1)}>
          <IconChevronLeft size={16} />
        </ActionIcon>
      </Tooltip>
      <Popover opened={custom} onChange={setCustom} position="bottom-start" shadow="md" trapFocus>
        <Popover.Target>
          <Select
            size="xs"
            w={range.kind === 'absolute' ? 290 : 150}
            {...(titled ? { label: t('explore.range') } : { 'aria-label': t('explore.range') })}
            allowDeselect={false}
            value={value}
            data={[
              ...choices.map((duration) => ({ value: duration, label: t('explore.range.last', { duration }) })),
              ...(range.kind === 'absolute'
                ? [{ value: 'absolute', label: `${localText(fromMs)} – ${localText(toMs)}` }]
                : []),
              { value: 'custom', label: t('explore.range.custom') },
            ]}
            onChange={(next) => {
              const durationMs = parseDurationMs(next ?? '');
              if (next === 'custom') setCustom(true);
              else if (durationMs !== undefined) onChange({ kind: 'last', durationMs });
            }}
          />
        </Popover.Target>
        <Popover.Dropdown>
          <CustomRange
            fromMs={fromMs}
            toMs={toMs}
            onApply={(next) => {
              setCustom(false);
              onChange(next);
            }}
          />
        </Popover.Dropdown>
      </Popover>
      <Tooltip label={t('explore.range.forward')}>
        <ActionIcon variant="default" size={30} aria-label={t('explore.range.forward')} onClick={() => move(1)}>
          <IconChevronRight size={16} />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}

function CustomRange({
  fromMs,
  toMs,
  onApply,
}: {
  readonly fromMs: number;
  readonly toMs: number;
  readonly onApply: (range: TimeRange) => void;
}): ReactNode {
  const { t } = useI18n();
  const [from, setFrom] = useState(localText(fromMs).replace(' ', 'T'));
  const [to, setTo] = useState(localText(toMs).replace(' ', 'T'));
  const valid = Date.parse(from) < Date.parse(to);
  return (
    <Stack gap="xs">
      <TextInput
        type="datetime-local"
        step={1}
        size="xs"
        label={t('explore.range.from')}
        value={from}
        onChange={(e) => setFrom(e.currentTarget.value)}
      />
      <TextInput
        type="datetime-local"
        step={1}
        size="xs"
        label={t('explore.range.to')}
        value={to}
        onChange={(e) => setTo(e.currentTarget.value)}
      />
      {!valid && (
        <Text size="xs" c="red">
          {t('explore.range.invalid')}
        </Text>
      )}
      <Button
        size="xs"
        disabled={!valid}
        onClick={() => onApply({ kind: 'absolute', fromMs: Date.parse(from), toMs: Date.parse(to) })}
      >
        {t('explore.range.apply')}
      </Button>
    </Stack>
  );
}

function StepControl({ state, onChange }: ControlsProps): ReactNode {
  const { t } = useI18n();
  const written = state.stepMs === undefined ? '' : formatDurationMs(state.stepMs);
  const [text, setText] = useState(written);
  useEffect(() => setText(written), [written]);
  const { fromMs, toMs } = resolveRange(state.range, Date.now());
  const invalid = text.trim() !== '' && parseDurationMs(text) === undefined;
  const commit = (): void => {
    if (!invalid) onChange({ stepMs: parseDurationMs(text) });
  };
  return (
    <TextInput
      size="xs"
      w={110}
      label={t('explore.step')}
      placeholder={`${t('explore.step.auto')} (${formatDurationMs(automaticStepMs(toMs - fromMs))})`}
      value={text}
      error={invalid ? t('explore.step.invalid') : undefined}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}

/** `2026-11-22 09:30:00` in the reader's time zone. */
export function localText(ms: number): string {
  const shifted = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19).replace('T', ' ');
}
