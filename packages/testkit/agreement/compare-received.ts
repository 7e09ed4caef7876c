import type { ReceivedWebhook, WebhookBodyAlert } from '../server/webhook-server.ts';

/** A sequence that is not the same on both sides, in words. */
export interface Disagreement {
  /** `{path} {group key}` */
  readonly group: string;
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
}

export interface Comparison {
  readonly disagreements: readonly Disagreement[];
  /** Groups that were compared. */
  readonly groups: number;
  /** How much later each of ours came than theirs, where the sequences agree. */
  readonly delaysMs: readonly number[];
}

export interface Tolerance {
  /** Of the times that a server sets itself: startsAt and endsAt that nobody said. */
  readonly timesMs: number;
  /** Ours against theirs. */
  readonly arrivalMs: readonly [earlier: number, later: number];
}

/** What the webhooks of two servers received: the same sequence for each path and group, at about the same time. */
export function compareReceived(
  theirs: readonly ReceivedWebhook[],
  ours: readonly ReceivedWebhook[],
  tolerance: Tolerance,
): Comparison {
  const [ofTheirs, ofOurs] = [byGroup(theirs), byGroup(ours)];
  const groups = [...new Set([...ofTheirs.keys(), ...ofOurs.keys()])].sort();
  const delaysMs: number[] = [];
  const disagreements = groups.flatMap((group) => {
    const [one, other] = [ofTheirs.get(group) ?? [], ofOurs.get(group) ?? []];
    const delays = one.map(({ atMs }, i) => (other[i]?.atMs ?? Number.NaN) - atMs);
    const same =
      one.length === other.length && one.every((webhook, i) => agree(webhook, other[i] as ReceivedWebhook, tolerance));
    if (same) delaysMs.push(...delays);
    const [earlier, later] = tolerance.arrivalMs;
    if (same && delays.every((delay) => delay >= -earlier && delay <= later)) return [];
    const sinceMs = Math.min(...[...one, ...other].map(({ atMs }) => atMs));
    return [
      { group, theirs: one.map((item) => inWords(item, sinceMs)), ours: other.map((item) => inWords(item, sinceMs)) },
    ];
  });
  return { disagreements, groups: groups.length, delaysMs };
}

function byGroup(received: readonly ReceivedWebhook[]): Map<string, ReceivedWebhook[]> {
  const groups = new Map<string, ReceivedWebhook[]>();
  for (const webhook of received) {
    const key = `${webhook.path} ${webhook.body.groupKey}`;
    groups.set(key, [...(groups.get(key) ?? []), webhook]);
  }
  return groups;
}

function agree(one: ReceivedWebhook, other: ReceivedWebhook, { timesMs }: Tolerance): boolean {
  if (JSON.stringify(timeless(one)) !== JSON.stringify(timeless(other))) return false;
  return one.body.alerts.every((alert, i) => {
    const twin = other.body.alerts[i] as WebhookBodyAlert;
    return near(alert.startsAt, twin.startsAt, timesMs) && near(alert.endsAt, twin.endsAt, timesMs);
  });
}

/** Everything that must be the same to the letter, the order of alerts included. */
function timeless({ status, body }: ReceivedWebhook): unknown {
  const alerts = body.alerts.map(({ status: ofAlert, labels, annotations, generatorURL, fingerprint }) => [
    ofAlert,
    sorted(labels),
    sorted(annotations),
    generatorURL,
    fingerprint,
  ]);
  const { receiver, groupLabels, commonLabels, commonAnnotations, groupKey, truncatedAlerts } = body;
  const sets = [groupLabels, commonLabels, commonAnnotations].map(sorted);
  return [status, body.status, receiver, groupKey, truncatedAlerts, ...sets, alerts];
}

function sorted(set: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(set).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** RFC 3339 texts; the year 1 stands for no time. */
function near(one: string, other: string, toleranceMs: number): boolean {
  return Math.abs(Date.parse(one) - Date.parse(other)) <= toleranceMs;
}

/** `1.0 s 200 firing: a b; resolved: c` */
function inWords({ atMs, status, body }: ReceivedWebhook, sinceMs: number): string {
  const names = (wanted: string): string[] => {
    const found = body.alerts
      .filter((alert) => alert.status === wanted)
      .map(({ labels, startsAt, endsAt, annotations }) => {
        const { case: _, ...own } = labels;
        const times = [startsAt, ...(wanted === 'resolved' ? [endsAt] : [])].map((text) =>
          seconds(Date.parse(text) - sinceMs),
        );
        return `${Object.values(own).join('/')}(${times.join(' to ')}${Object.values(annotations)
          .map((text) => ` ${text}`)
          .join('')})`;
      });
    return found.length === 0 ? [] : [`${wanted}: ${found.join(' ')}`];
  };
  const truncated = body.truncatedAlerts > 0 ? [`${body.truncatedAlerts} left out`] : [];
  return `${seconds(atMs - sinceMs)} ${status} ${body.receiver} ${[...names('firing'), ...names('resolved'), ...truncated].join('; ')}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
