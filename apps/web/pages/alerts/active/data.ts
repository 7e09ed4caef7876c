import type { GettableAlert, GettableGroup } from '../alertmanager/api.ts';
import type { RuleAlert } from '../alertmanager/queries.ts';
import type { LabelMap } from '../labels/labels-text.ts';
import { labelsKey } from '../labels/labels-text.ts';
import type { Severity } from '../severity/severity.ts';
import { severityOf } from '../severity/severity.ts';

export type ActiveState = 'firing' | 'pending' | 'inhibited' | 'silenced' | 'muted';

export const ACTIVE_STATES: readonly ActiveState[] = ['firing', 'pending', 'silenced', 'inhibited', 'muted'];

/** One alert as the page shows it, whoever told of it. */
export interface ActiveAlert {
  /** Alertmanager's fingerprint; the labels as text for an alert that only its rule knows yet. */
  readonly id: string;
  readonly name: string;
  readonly labels: LabelMap;
  readonly annotations: LabelMap;
  readonly state: ActiveState;
  readonly severity: Severity;
  readonly sinceMs: number;
  /** As the rule saw it last. */
  readonly value: string | undefined;
  readonly generatorUrl: string;
  readonly receivers: readonly string[];
  readonly silencedBy: readonly string[];
  /** Fingerprints. */
  readonly inhibitedBy: readonly string[];
  /** Names of time intervals. */
  readonly mutedBy: readonly string[];
  /** The rule's data stopped coming. */
  readonly missing: boolean;
}

/** Alerts that are notified together; `receiver` undefined for those that go nowhere (yet). */
export interface RoutedGroup {
  readonly receiver: string | undefined;
  readonly labels: LabelMap;
  readonly alerts: readonly ActiveAlert[];
}

export interface AlertsOverview {
  readonly groups: readonly RoutedGroup[];
  /** Firing by their rule, but in no group: there is no routing. */
  readonly unrouted: readonly ActiveAlert[];
  /** Waiting for their rule's `for`. */
  readonly pending: readonly ActiveAlert[];
  /** Each once. */
  readonly alerts: readonly ActiveAlert[];
  readonly byId: ReadonlyMap<string, ActiveAlert>;
}

/** Brings together what the alert engine (groups) and the rules (values, pending alerts) know. */
export function toOverview(groups: readonly GettableGroup[], ruleAlerts: readonly RuleAlert[]): AlertsOverview {
  const ofRules = new Map(ruleAlerts.map((alert) => [labelsKey(alert.labels), alert]));
  const byId = new Map<string, ActiveAlert>();
  const routedKeys = new Set<string>();
  const routed = groups.map(({ labels, receiver, alerts }) => ({
    receiver: receiver.name,
    labels,
    alerts: alerts.map((alert) => {
      const known = byId.get(alert.fingerprint);
      if (known !== undefined) return known;
      const key = labelsKey(alert.labels);
      routedKeys.add(key);
      const made = fromEngine(alert, ofRules.get(key));
      byId.set(made.id, made);
      return made;
    }),
  }));
  const unrouted: ActiveAlert[] = [];
  const pending: ActiveAlert[] = [];
  for (const [key, alert] of ofRules) {
    if (routedKeys.has(key)) continue;
    const made = fromRule(alert, key);
    byId.set(made.id, made);
    (made.state === 'pending' ? pending : unrouted).push(made);
  }
  return { groups: routed, unrouted, pending, alerts: [...byId.values()], byId };
}

/** Why an alert is held back, the first reason that the pipeline finds. */
export function stateOf({ status }: GettableAlert): ActiveState {
  if (status.inhibitedBy.length > 0) return 'inhibited';
  if (status.silencedBy.length > 0) return 'silenced';
  if ((status.mutedBy ?? []).length > 0) return 'muted';
  return 'firing';
}

export function countStates(alerts: readonly ActiveAlert[]): Readonly<Record<ActiveState, number>> {
  const counts = { firing: 0, pending: 0, inhibited: 0, silenced: 0, muted: 0 };
  for (const { state } of alerts) counts[state]++;
  return counts;
}

/** The graph behind an alert: within this app where the link holds an expression, else where the sender says. */
export function graphLink(generatorUrl: string): { readonly url: string; readonly inside: boolean } | undefined {
  if (!URL.canParse(generatorUrl, 'http://localhost')) return undefined;
  const url = new URL(generatorUrl, 'http://localhost');
  if (generatorUrl === '' || !/^https?:$/.test(url.protocol)) return undefined;
  const expr = url.searchParams.get('g0.expr') ?? url.searchParams.get('expr');
  return expr === null
    ? { url: generatorUrl, inside: false }
    : { url: `/explore?${new URLSearchParams({ expr })}`, inside: true };
}

/** Links that the annotations hold: name of the annotation without `_url`, and the address. */
export function annotationLinks(annotations: LabelMap): readonly (readonly [name: string, url: string])[] {
  return Object.entries(annotations)
    .filter(([, value]) => /^https?:\/\/\S+$/.test(value))
    .map(([name, value]) => [name.replace(/_(url|link)$/i, ''), value]);
}

/** What an alert says of itself, in one line. */
export function summaryOf({ annotations }: { readonly annotations: LabelMap }): string {
  return annotations.summary ?? annotations.message ?? annotations.description ?? '';
}

/** What holds an alert back, in a few words: the inhibiting alert's name, the silence's comment, the intervals; '' for one that is not held. */
export function heldBackBy(
  { state, inhibitedBy, silencedBy, mutedBy }: ActiveAlert,
  byId: ReadonlyMap<string, ActiveAlert>,
  comments: ReadonlyMap<string, string>,
): string {
  if (state === 'inhibited') return unique(inhibitedBy.map((id) => byId.get(id)?.name ?? id));
  if (state === 'silenced') return unique(silencedBy.map((id) => comments.get(id) ?? id));
  return state === 'muted' ? unique(mutedBy) : '';
}

function unique(texts: readonly string[]): string {
  return [...new Set(texts)].join(', ');
}

/** Three or four figures are enough in a list; the exact value stands in the details. */
export function shortValue(text: string): string {
  const value = Number(text);
  if (!Number.isFinite(value) || text === '') return text;
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e9 || size < 1e-4) ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}

function fromEngine(alert: GettableAlert, ofRule: RuleAlert | undefined): ActiveAlert {
  return {
    id: alert.fingerprint,
    name: alert.labels.alertname ?? '',
    labels: alert.labels,
    annotations: alert.annotations,
    state: stateOf(alert),
    severity: severityOf(alert.labels),
    sinceMs: Date.parse(alert.startsAt),
    value: ofRule?.value,
    generatorUrl: alert.generatorURL ?? '',
    receivers: alert.receivers.map(({ name }) => name),
    silencedBy: alert.status.silencedBy,
    inhibitedBy: alert.status.inhibitedBy,
    mutedBy: alert.status.mutedBy ?? [],
    missing: ofRule?.missing === true,
  };
}

function fromRule(alert: RuleAlert, key: string): ActiveAlert {
  return {
    id: key,
    name: alert.labels.alertname ?? '',
    labels: alert.labels,
    annotations: alert.annotations,
    state: alert.state === 'pending' ? 'pending' : 'firing',
    severity: severityOf(alert.labels),
    sinceMs: Date.parse(alert.activeAt ?? ''),
    value: alert.value,
    generatorUrl: '',
    receivers: [],
    silencedBy: [],
    inhibitedBy: [],
    mutedBy: [],
    missing: alert.missing === true,
  };
}
