import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { parseDurationMs } from '../../explore/duration.ts';
import { localTime, spanText } from '../clock/ages.ts';

export interface DurationChoiceProps {
  /** Undefined: at once. */
  readonly startsAtMs: number | undefined;
  readonly endsAtMs: number;
  readonly nowMs: number;
  readonly error: string | undefined;
  readonly onChange: (part: { readonly startsAtMs?: number | undefined; readonly endsAtMs?: number }) => void;
}

/** The clock moves on while the form opens. */
const SAME_MS = 10_000;
const PRESETS = ['30m', '1h', '2h', '4h', '8h', '1d', '3d', '1w'];

/** From when and until when: a click for the usual spans, fields for everything else. */
export function DurationChoice({ startsAtMs, endsAtMs, nowMs, error, onChange }: DurationChoiceProps): ReactNode {
  const { t } = useI18n();
  const [preset, setPreset] = useState(() => presetOf(endsAtMs - (startsAtMs ?? nowMs)));
  const fromMs = startsAtMs ?? nowMs;
  const choose = (text: string): void => {
    setPreset(text);
    onChange({ endsAtMs: Math.max(startsAtMs ?? 0, Date.now()) + (parseDurationMs(text) ?? 0) });
  };
  return (
    <Stack gap={6}>
      <Text size="sm" fw={500}>
        {t('silences.duration')}
      </Text>
      <Group gap={4}>
        {PRESETS.map((text) => (
          <Button
            key={text}
            size="compact-sm"
            variant={text === preset ? 'light' : 'default'}
            data-testid={`duration-${text}`}
            onClick={() => choose(text)}
          >
            {text}
          </Button>
        ))}
      </Group>
      <Group gap="xs" grow preventGrowOverflow={false} align="start">
        <TextInput
          type="datetime-local"
          size="xs"
          miw={190}
          label={t('silences.starts')}
          description={startsAtMs === undefined ? t('silences.starts.now') : undefined}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={startsAtMs === undefined ? '' : inputTime(startsAtMs)}
          onChange={(event) => {
            const ms = Date.parse(event.currentTarget.value);
            onChange({ startsAtMs: Number.isNaN(ms) ? undefined : ms });
          }}
        />
        <TextInput
          type="datetime-local"
          size="xs"
          miw={190}
          label={t('silences.ends')}
          description={endsAtMs > fromMs ? t('silences.lasts', { span: spanText(endsAtMs - fromMs) }) : undefined}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={Number.isFinite(endsAtMs) ? inputTime(endsAtMs) : ''}
          error={error}
          onChange={(event) => {
            setPreset(undefined);
            onChange({ endsAtMs: Date.parse(event.currentTarget.value) });
          }}
        />
      </Group>
    </Stack>
  );
}

function inputTime(ms: number): string {
  return localTime(ms).slice(0, 16).replace(' ', 'T');
}

function presetOf(spanMs: number): string | undefined {
  return PRESETS.find((text) => Math.abs((parseDurationMs(text) ?? 0) - spanMs) < SAME_MS);
}
