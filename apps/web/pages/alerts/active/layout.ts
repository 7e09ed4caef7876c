import type { LabelMap } from '../labels/labels-text.ts';
import { sharedLabels } from '../labels/labels-text.ts';
import { severityRank } from '../severity/severity.ts';
import type { ActiveAlert, ActiveState, AlertsOverview, RoutedGroup } from './data.ts';
import { ACTIVE_STATES, countStates } from './data.ts';

/** How the list is put together: as routed, or by the value of a label. */
export type GroupBy = 'route' | 'none' | `label:${string}`;

export interface ShownGroup {
  readonly key: string;
  readonly labels: LabelMap;
  /** What all its alerts have in common, so that a row need not repeat it. */
  readonly shared: LabelMap;
  /** The worst first. */
  readonly alerts: readonly ActiveAlert[];
  readonly counts: Readonly<Record<ActiveState, number>>;
}

export type SectionKind = 'receiver' | 'unrouted' | 'pending' | 'all';

export interface Section {
  readonly kind: SectionKind;
  /** The receiver's name. */
  readonly name: string;
  readonly groups: readonly ShownGroup[];
  readonly count: number;
}

export type ListRow =
  | { readonly kind: 'section'; readonly key: string; readonly section: Section }
  | { readonly kind: 'group'; readonly key: string; readonly group: ShownGroup; readonly open: boolean }
  | { readonly kind: 'alert'; readonly key: string; readonly alert: ActiveAlert; readonly group: ShownGroup }
  | { readonly kind: 'more'; readonly key: string; readonly group: ShownGroup; readonly hidden: number };

/** A larger group first shows only so many, so that a storm of one alert does not bury the others. */
export const FIRST_SHOWN = 5;
const FOLD_ABOVE = 8;
const UNGROUPED = 'all';

export interface LayoutOptions {
  readonly groupBy: GroupBy;
  readonly passes: (alert: ActiveAlert) => boolean;
  /** '' for every receiver. */
  readonly receiver: string;
}

/** Sections with their groups, the worst first; empty ones are left out. */
export function layOut(overview: AlertsOverview, { groupBy, passes, receiver }: LayoutOptions): readonly Section[] {
  if (groupBy !== 'route') {
    const alerts = overview.alerts.filter(
      (alert) => (receiver === '' || alert.receivers.includes(receiver)) && passes(alert),
    );
    return sections([{ kind: 'all', name: '', groups: byLabel(alerts, groupBy) }]);
  }
  const byReceiver = new Map<string, RoutedGroup[]>();
  for (const group of overview.groups) {
    const name = group.receiver ?? '';
    if (receiver !== '' && name !== receiver) continue;
    const list = byReceiver.get(name);
    if (list === undefined) byReceiver.set(name, [group]);
    else list.push(group);
  }
  const routed = [...byReceiver].map(([name, groups]) => ({
    kind: 'receiver' as const,
    name,
    groups: groups.map(({ labels, alerts }, index) =>
      shownGroup(`${name}/${JSON.stringify(labels)}/${index}`, labels, alerts.filter(passes)),
    ),
  }));
  const rest =
    receiver !== ''
      ? []
      : ([
          {
            kind: 'unrouted',
            name: '',
            groups: byLabel(overview.unrouted.filter(passes), 'label:alertname', 'unrouted/'),
          },
          {
            kind: 'pending',
            name: '',
            groups: byLabel(overview.pending.filter(passes), 'label:alertname', 'pending/'),
          },
        ] as const);
  return sections([...routed, ...rest]);
}

/** The sections as rows of one list. `opened` and `closed` hold the keys of groups that the reader opened or shut. */
export function toRows(
  shown: readonly Section[],
  folding: { readonly opened: ReadonlySet<string>; readonly closed: ReadonlySet<string>; readonly selected: string },
): readonly ListRow[] {
  const rows: ListRow[] = [];
  for (const section of shown) {
    const key = `${section.kind}:${section.name}`;
    if (section.kind !== 'all') rows.push({ kind: 'section', key, section });
    for (const group of section.groups) {
      const open = !folding.closed.has(group.key);
      rows.push({ kind: 'group', key: group.key, group, open });
      if (!open) continue;
      // Whoever does not want groups wants to see the alerts.
      const whole = group.key === UNGROUPED || folding.opened.has(group.key) || group.alerts.length <= FOLD_ABOVE;
      group.alerts.forEach((alert, index) => {
        if (whole || index < FIRST_SHOWN || alert.id === folding.selected)
          rows.push({ kind: 'alert', key: `${group.key}#${alert.id}`, alert, group });
      });
      if (!whole) rows.push({ kind: 'more', key: `${group.key}…`, group, hidden: group.alerts.length - FIRST_SHOWN });
    }
  }
  return rows;
}

/** Names of labels to group by: those that occur most, at most `limit`. */
export function commonLabelNames(alerts: readonly ActiveAlert[], limit: number): readonly string[] {
  const counts = new Map<string, number>();
  for (const { labels } of alerts) for (const name in labels) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([name]) => name);
}

function byLabel(alerts: readonly ActiveAlert[], groupBy: GroupBy, prefix = ''): readonly ShownGroup[] {
  if (groupBy === 'none') return [shownGroup(UNGROUPED, {}, alerts)];
  const name = groupBy.replace(/^label:/, '');
  const groups = new Map<string, ActiveAlert[]>();
  for (const alert of alerts) {
    const value = alert.labels[name] ?? '';
    const list = groups.get(value);
    if (list === undefined) groups.set(value, [alert]);
    else list.push(alert);
  }
  return [...groups].map(([value, list]) => shownGroup(`${prefix}${name}=${value}`, { [name]: value }, list));
}

function shownGroup(key: string, labels: LabelMap, alerts: readonly ActiveAlert[]): ShownGroup {
  const sorted = [...alerts].sort(compareAlerts);
  return {
    key,
    labels,
    alerts: sorted,
    shared: { ...sharedLabels(sorted.map((one) => one.labels)), ...labels },
    counts: countStates(alerts),
  };
}

function compareAlerts(a: ActiveAlert, b: ActiveAlert): number {
  return (
    ACTIVE_STATES.indexOf(a.state) - ACTIVE_STATES.indexOf(b.state) ||
    severityRank(a.severity) - severityRank(b.severity) ||
    b.sinceMs - a.sinceMs ||
    (a.id < b.id ? -1 : 1)
  );
}

function compareGroups(a: ShownGroup, b: ShownGroup): number {
  const [x, y] = [a.alerts[0], b.alerts[0]] as [ActiveAlert, ActiveAlert];
  return (
    Number(b.counts.firing > 0) - Number(a.counts.firing > 0) ||
    severityRank(x.severity) - severityRank(y.severity) ||
    b.counts.firing - a.counts.firing ||
    (a.key < b.key ? -1 : 1)
  );
}

function sections(
  list: readonly { readonly kind: SectionKind; readonly name: string; readonly groups: readonly ShownGroup[] }[],
): readonly Section[] {
  return list
    .map(({ kind, name, groups }) => ({
      kind,
      name,
      groups: groups.filter(({ alerts }) => alerts.length > 0).sort(compareGroups),
      count: groups.reduce((sum, { alerts }) => sum + alerts.length, 0),
    }))
    .filter(({ groups }) => groups.length > 0)
    .sort(
      (a, b) =>
        sectionRank(a) - sectionRank(b) || worst(a) - worst(b) || b.count - a.count || (a.name < b.name ? -1 : 1),
    );
}

function sectionRank({ kind }: Section): number {
  return kind === 'pending' ? 1 : 0;
}

function worst({ groups }: Section): number {
  return Math.min(
    ...groups.map(({ alerts, counts }) => (counts.firing > 0 ? 0 : 10) + severityRank(alerts[0]?.severity ?? 'none')),
  );
}
