import { Anchor, Button, Group, Popover, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { memo, useState } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { followInside, Link } from '../../../shell/link.tsx';
import { alertLink } from '../active/links.ts';
import type { GettableAlert, GettableSilence } from '../alertmanager/api.ts';
import { expireSilence } from '../alertmanager/api.ts';
import { localTime, spanText } from '../clock/ages.ts';
import { LabelList, MatcherList } from '../labels/label-list.tsx';
import { toMatcher } from './data.ts';
import classes from './silences.module.css';

export interface SilenceRowProps {
  readonly silence: GettableSilence;
  readonly affected: readonly GettableAlert[];
  readonly chosen: boolean;
  readonly nowMs: number;
}

const MAX_AFFECTED = 100;

export const SilenceRow = memo(function SilenceRow({ silence, affected, chosen, nowMs }: SilenceRowProps): ReactNode {
  const { t } = useI18n();
  const [open, setOpen] = useState(chosen);
  const { state } = silence.status;
  return (
    <div className={classes.row} data-state={state} data-chosen={chosen} data-testid="silence">
      <div className={classes.what}>
        <MatcherList matchers={silence.matchers.map(toMatcher)} />
        <Group gap={6} fz={13}>
          <span>{silence.comment}</span>
          <Text span size="xs" c="dimmed">
            {silence.createdBy}
          </Text>
          {state !== 'expired' && (
            <Anchor
              component="button"
              size="xs"
              disabled={affected.length === 0}
              c={affected.length === 0 ? 'dimmed' : 'blue'}
              aria-expanded={open}
              data-testid="affected"
              onClick={() => setOpen(!open)}
            >
              {t('silences.affected', { count: affected.length })}
            </Anchor>
          )}
        </Group>
      </div>
      <div
        className={classes.time}
        title={`${localTime(Date.parse(silence.startsAt))} – ${localTime(Date.parse(silence.endsAt))}`}
      >
        <div>{timeText(silence, nowMs, t)}</div>
        <Text size="xs" c="dimmed">
          {localTime(Date.parse(state === 'pending' ? silence.startsAt : silence.endsAt)).slice(0, -3)}
        </Text>
      </div>
      <Actions silence={silence} />
      {open && affected.length > 0 && (
        <div className={classes.affected}>
          {affected.slice(0, MAX_AFFECTED).map((alert) => (
            <Group key={alert.fingerprint} gap={6} wrap="nowrap">
              <Link to={alertLink(alert.fingerprint)} size="xs">
                {alert.labels.alertname ?? alert.fingerprint}
              </Link>
              <LabelList labels={withoutName(alert.labels)} oneLine />
            </Group>
          ))}
        </div>
      )}
    </div>
  );
});

function Actions({ silence }: { readonly silence: GettableSilence }): ReactNode {
  const { t } = useI18n();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const expire = useMutation({
    mutationFn: () => expireSilence(silence.id),
    onSuccess: () => {
      setAsking(false);
      return queries.invalidateQueries({ queryKey: ['alerts'] });
    },
  });
  const over = silence.status.state === 'expired';
  const edit = `/alerts/silences/new?${new URLSearchParams(over ? { from: silence.id } : { id: silence.id })}`;
  return (
    <div className={classes.actions}>
      <Button
        component="a"
        href={edit}
        size="compact-xs"
        variant="default"
        data-testid="edit-silence"
        onClick={(event) => followInside(event, edit)}
      >
        {t(over ? 'silences.recreate' : 'silences.edit')}
      </Button>
      {!over && (
        <Popover opened={asking} onChange={setAsking} position="bottom-end" shadow="md" trapFocus>
          <Popover.Target>
            <Button size="compact-xs" variant="default" data-testid="expire-silence" onClick={() => setAsking(!asking)}>
              {t('silences.expire')}
            </Button>
          </Popover.Target>
          <Popover.Dropdown maw={280}>
            <Text size="sm" mb="xs">
              {t('silences.expire.ask')}
            </Text>
            {expire.error !== null && (
              <Text size="xs" c="red" mb="xs">
                {expire.error.message}
              </Text>
            )}
            <Group gap="xs" justify="flex-end">
              <Button size="compact-sm" variant="default" onClick={() => setAsking(false)}>
                {t('silences.cancel')}
              </Button>
              <Button
                size="compact-sm"
                color="red"
                loading={expire.isPending}
                data-testid="expire-confirm"
                onClick={() => expire.mutate()}
              >
                {t('silences.expire')}
              </Button>
            </Group>
          </Popover.Dropdown>
        </Popover>
      )}
    </div>
  );
}

function timeText(
  { status, startsAt, endsAt }: GettableSilence,
  nowMs: number,
  t: ReturnType<typeof useI18n>['t'],
): string {
  if (status.state === 'active') return t('silences.endsIn', { left: spanText(Date.parse(endsAt) - nowMs) });
  if (status.state === 'pending') return t('silences.startsIn', { left: spanText(Date.parse(startsAt) - nowMs) });
  return t('silences.ended', { age: spanText(nowMs - Date.parse(endsAt)) });
}

function withoutName({ alertname: _, ...labels }: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return labels;
}
