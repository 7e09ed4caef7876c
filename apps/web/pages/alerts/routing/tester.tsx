import { Badge, Group, Loader, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { RouteDestinationData, RouteTestData } from '@petrel/api/contract/alerting.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { Failure } from '../../../shell/failure.tsx';
import { Link } from '../../../shell/link.tsx';
import { changeSearch, useLocation } from '../../../shell/location.ts';
import { postJson } from '../../../shell/prometheus-api.ts';
import { silencesLink } from '../active/links.ts';
import { durationText, parseTime } from '../clock/ages.ts';
import { LabelList } from '../labels/label-list.tsx';
import type { LabelMap } from '../labels/labels-text.ts';
import { parseLabels } from '../labels/labels-text.ts';
import { tabOf } from '../tabs.ts';

const SETTLE_MS = 200;

export type RouteTest = ReturnType<typeof useRouteTest>;

/** The labels and the time of the address, tested as they are typed. */
export function useRouteTest() {
  const { search } = useLocation();
  const [text, setText] = useState(search.get('labels') ?? '');
  const [at, setAt] = useState(search.get('at') ?? '');
  const [settledLabels] = useDebouncedValue(text.trim(), SETTLE_MS);
  const [settledAt] = useDebouncedValue(at.trim(), SETTLE_MS);
  useEffect(() => {
    // The page may have been left while the typing settled.
    if (tabOf(location.pathname) === 'routing')
      changeSearch({ labels: settledLabels, at: settledAt }, { replace: true });
  }, [settledLabels, settledAt]);
  const parsed = parseLabels(text);
  const atMs = parseTime(at, Date.now());
  const labels = 'labels' in parsed && Object.keys(parsed.labels).length > 0 ? parsed.labels : undefined;
  const question: { readonly labels: LabelMap; readonly at?: string } | undefined =
    labels === undefined || atMs === undefined
      ? undefined
      : { labels, ...(at.trim() === '' ? {} : { at: new Date(atMs).toISOString() }) };
  const [asked] = useDebouncedValue(JSON.stringify(question), SETTLE_MS);
  const query = useQuery({
    queryKey: ['alerts', 'route test', asked],
    enabled: asked !== undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => postJson<RouteTestData>('routing/test', JSON.parse(asked ?? '{}'), signal),
  });
  return {
    text,
    setText,
    at,
    setAt,
    labels,
    textError: 'error' in parsed ? parsed.error : undefined,
    atError: atMs === undefined,
    query,
  };
}

export function Tester({ test }: { readonly test: RouteTest }): ReactNode {
  const { t } = useI18n();
  const { query } = test;
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Text fw={600}>{t('routing.test')}</Text>
        {query.isFetching && <Loader size="xs" aria-label={t('loading')} />}
      </Group>
      <Textarea
        size="xs"
        autosize
        minRows={2}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        aria-label={t('routing.test.labels')}
        placeholder={t('routing.test.labels')}
        data-testid="route-labels"
        value={test.text}
        error={test.textError === undefined ? undefined : t(`routing.test.error.${test.textError}`)}
        onChange={(event) => test.setText(event.currentTarget.value)}
      />
      <TextInput
        size="xs"
        label={t('routing.test.at')}
        placeholder={t('explain.at.hint')}
        data-testid="route-at"
        value={test.at}
        error={test.atError ? t('explain.at.invalid') : undefined}
        onChange={(event) => test.setAt(event.currentTarget.value)}
      />
      {test.labels === undefined && test.textError === undefined && (
        <Text size="sm" c="dimmed">
          {t('routing.test.start')}
        </Text>
      )}
      {test.labels !== undefined && query.error !== null && (
        <Failure error={query.error} retry={() => void query.refetch()} />
      )}
      {test.labels !== undefined && query.error === null && query.data !== undefined && <Result data={query.data} />}
    </Stack>
  );
}

function Result({ data }: { readonly data: RouteTestData }): ReactNode {
  const { t } = useI18n();
  return (
    <Stack gap="xs" data-testid="route-result">
      {data.inhibitedBy.map(({ rule, line, source }) => (
        <Text key={`${rule} ${line}`} size="sm" component="div">
          {t('routing.test.inhibited', { rule: rule === '' ? t('routing.line', { line }) : rule })}{' '}
          <LabelList labels={source} />
        </Text>
      ))}
      {data.silencedBy.map(({ id, comment }) => (
        <Text key={id} size="sm">
          {t('routing.test.silenced')}{' '}
          <Link to={silencesLink(id)} size="sm">
            {comment}
          </Link>
        </Text>
      ))}
      {data.destinations.map((one) => (
        <Destination key={one.routeId} destination={one} />
      ))}
    </Stack>
  );
}

function Destination({ destination }: { readonly destination: RouteDestinationData }): ReactNode {
  const { t } = useI18n();
  const { receiver, integrations, groupLabels, mutedBy } = destination;
  return (
    <Stack gap={4} p="xs" style={{ borderLeft: '3px solid var(--mantine-color-blue-6)' }} data-testid="destination">
      <Group gap={6}>
        <Text span fw={700}>
          {receiver}
        </Text>
        {integrations.map((name) => (
          <Badge key={name} size="sm" radius="sm" variant="default" tt="none" fw={400}>
            {name}
          </Badge>
        ))}
        {integrations.length === 0 && (
          <Badge size="sm" radius="sm" color="orange" variant="light" tt="none" fw={500}>
            {t('routing.off')}
          </Badge>
        )}
        {mutedBy.map((name) => (
          <Badge key={name} size="sm" radius="sm" color="violet" variant="light" tt="none" fw={500}>
            {t('routing.test.muted', { name })}
          </Badge>
        ))}
      </Group>
      <Group gap={6} fz="xs">
        <Text span size="xs" c="dimmed">
          {t('routing.test.group')}
        </Text>
        <LabelList labels={groupLabels} />
      </Group>
      <Text size="xs" c="dimmed">
        {t('routing.test.timings', {
          wait: durationText(destination.groupWaitMs),
          interval: durationText(destination.groupIntervalMs),
          repeat: durationText(destination.repeatIntervalMs),
        })}
      </Text>
    </Stack>
  );
}
