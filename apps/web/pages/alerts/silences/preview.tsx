import { Badge, Group, Loader, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { SilencePreviewData } from '@petrel/api/contract/alerting.ts';
import type { Matcher } from '@petrel/model';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { Failure } from '../../../shell/failure.tsx';
import { postJson } from '../../../shell/prometheus-api.ts';
import { clockText } from '../clock/ages.ts';
import { LabelList } from '../labels/label-list.tsx';
import { matchesEmpty, regexProblem } from '../matchers/matching.ts';
import { completeMatchers } from './data.ts';
import classes from './silences.module.css';

const SETTLE_MS = 250;
const RANGE_MS = 7 * 86_400_000;
const MAX_SHOWN = 200;

/** What such a silence would hide now, and what it would have hidden over the last seven days. */
export function Preview({ matchers }: { readonly matchers: readonly Matcher[] }): ReactNode {
  const { t } = useI18n();
  const [settled] = useDebouncedValue(JSON.stringify(completeMatchers(matchers)), SETTLE_MS);
  const asked = JSON.parse(settled) as readonly Matcher[];
  const askable =
    asked.length > 0 && asked.every((one) => regexProblem(one) === undefined) && !asked.every(matchesEmpty);
  const preview = useQuery({
    queryKey: ['alerts', 'preview', settled],
    enabled: askable,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const from = new Date(Date.now() - RANGE_MS).toISOString();
      return postJson<SilencePreviewData>('silences/preview', { matchers: asked, from }, signal);
    },
  });
  return (
    <Stack gap="sm" data-testid="preview">
      <Group gap="xs">
        <Text fw={600}>{t('silences.preview')}</Text>
        {preview.isFetching && <Loader size="xs" aria-label={t('loading')} />}
      </Group>
      {!askable && (
        <Text size="sm" c="dimmed">
          {t('silences.preview.start')}
        </Text>
      )}
      {askable && preview.error !== null && <Failure error={preview.error} retry={() => void preview.refetch()} />}
      {askable && preview.error === null && preview.data !== undefined && <PreviewLists data={preview.data} />}
    </Stack>
  );
}

function PreviewLists({ data }: { readonly data: SilencePreviewData }): ReactNode {
  const { t } = useI18n();
  const nowMs = Date.parse(data.to);
  const whole = data.notifications.filter((one) => one.whole).length;
  return (
    <>
      <Text size="sm" fw={500} data-testid="preview-active">
        {t('silences.preview.active', { count: data.active.length })}
      </Text>
      <div className={classes.list}>
        {data.active.slice(0, MAX_SHOWN).map(({ fingerprint, labels, state }) => (
          <div key={fingerprint} className={classes.item}>
            <span className={classes.stamp}>{state}</span>
            <LabelList labels={labels} />
          </div>
        ))}
      </div>
      <Text size="sm" fw={500} data-testid="preview-notifications">
        {t('silences.preview.notifications', { count: data.notifications.length, whole })}
      </Text>
      <div className={classes.list}>
        {data.notifications.slice(0, MAX_SHOWN).map((one) => (
          <div key={`${one.time} ${one.receiver} ${JSON.stringify(one.groupLabels)}`} className={classes.item}>
            <span className={classes.stamp}>{clockText(Date.parse(one.time), nowMs).slice(0, -3)}</span>
            <Group gap={6}>
              <Text span size="xs" fw={600}>
                {one.receiver}
              </Text>
              <LabelList labels={one.groupLabels} />
              <Badge size="xs" radius="sm" variant="default" tt="none">
                {one.whole ? t('silences.preview.whole') : t('silences.preview.partly', { count: one.alerts.length })}
              </Badge>
            </Group>
          </div>
        ))}
      </div>
    </>
  );
}
