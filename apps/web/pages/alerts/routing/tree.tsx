import { Badge, Text } from '@mantine/core';
import type { RouteData, RouteTestData, RoutingData } from '@petrel/api/contract/alerting.ts';
import { IconCheck, IconMinus, IconX } from '@tabler/icons-react';
import type { CSSProperties, ReactNode } from 'react';
import { useMemo } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { durationText } from '../clock/ages.ts';
import { MatcherList } from '../labels/label-list.tsx';
import type { RouteLine } from './data.ts';
import { intervalStates, routeLines, silentReceivers } from './data.ts';
import classes from './routing.module.css';

export interface RouteTreeProps {
  readonly routing: RoutingData;
  readonly route: RouteData;
  readonly test: RouteTestData | undefined;
}

export function RouteTree({ routing, route, test }: RouteTreeProps): ReactNode {
  const lines = useMemo(() => routeLines(route, test), [route, test]);
  const silent = useMemo(() => silentReceivers(routing), [routing]);
  const intervals = useMemo(() => intervalStates(routing), [routing]);
  return (
    <div data-testid="route-tree">
      {lines.map((line) => (
        <Node key={line.route.id} line={line} off={silent.has(line.route.receiver)} intervals={intervals} />
      ))}
    </div>
  );
}

interface NodeProps {
  readonly line: RouteLine;
  readonly off: boolean;
  readonly intervals: ReadonlyMap<string, boolean>;
}

function Node({ line: { route, depth, verdict }, off, intervals }: NodeProps): ReactNode {
  const { t } = useI18n();
  return (
    <div
      className={classes.node}
      style={{ '--depth': depth } as CSSProperties}
      data-verdict={verdict?.kind}
      data-testid="route-node"
    >
      <div className={classes.head}>
        {verdict !== undefined && <VerdictIcon kind={verdict.kind} />}
        {route.matchers.length === 0 ? (
          <Text span size="sm" c="dimmed">
            {t('routing.everything')}
          </Text>
        ) : (
          <MatcherList matchers={route.matchers} />
        )}
        <Text span size="sm" c="dimmed">
          →
        </Text>
        <Text span size="sm" fw={600}>
          {route.receiver}
        </Text>
        {off && (
          <Badge size="sm" radius="sm" color="orange" variant="light" tt="none" fw={500}>
            {t('routing.off')}
          </Badge>
        )}
        {route.continue && (
          <Badge size="sm" radius="sm" variant="default" tt="none" fw={500}>
            continue
          </Badge>
        )}
        {route.muteTimeIntervals.map((name) => (
          <Interval key={name} name={name} kind="mute" holds={intervals.get(name) === true} />
        ))}
        {route.activeTimeIntervals.map((name) => (
          <Interval key={name} name={name} kind="active" holds={intervals.get(name) === true} />
        ))}
      </div>
      <div className={classes.timings} title={t('routing.timings.title')}>
        {[route.groupWaitMs, route.groupIntervalMs, route.repeatIntervalMs].map(durationText).join(' · ')}
      </div>
      <div className={classes.why}>
        {verdict?.failed !== undefined
          ? verdict.failed
          : route.groupBy.length > 0
            ? t('routing.groupBy', { names: route.groupBy.join(', ') })
            : t('routing.groupBy.none')}
        {` · ${t('routing.line', { line: route.line })}`}
      </div>
    </div>
  );
}

function VerdictIcon({ kind }: { readonly kind: NonNullable<RouteLine['verdict']>['kind'] }): ReactNode {
  const { t } = useI18n();
  const label = t(`routing.verdict.${kind}`);
  if (kind === 'failed') return <IconX size={15} aria-label={label} />;
  if (kind === 'skipped') return <IconMinus size={15} aria-label={label} />;
  return <IconCheck size={15} color="var(--mantine-color-blue-6)" aria-label={label} />;
}

interface IntervalProps {
  readonly name: string;
  readonly kind: 'mute' | 'active';
  readonly holds: boolean;
}

function Interval({ name, kind, holds }: IntervalProps): ReactNode {
  const { t } = useI18n();
  const quiet = kind === 'mute' ? holds : !holds;
  return (
    <Badge
      size="sm"
      radius="sm"
      variant={quiet ? 'light' : 'default'}
      color={quiet ? 'violet' : 'gray'}
      tt="none"
      fw={500}
    >
      {t(`routing.interval.${kind}`, { name })}
      {holds ? ` · ${t('routing.interval.now')}` : ''}
    </Badge>
  );
}
