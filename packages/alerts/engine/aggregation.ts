import { type Alert, alertNameOf, fingerprintOf, Labels } from '@petrel/model';

/**
 * Alerts that agree in `groupBy` and fire within one window: from `threshold` of them on, one aggregated alert stands for all. Source: the
 * aggregator of the project's founding document.
 */
export interface AggregationRule {
  readonly name: string;
  /** Which alerts are counted. */
  readonly matches: (labels: Labels) => boolean;
  readonly groupBy: readonly string[];
  readonly windowMs: number;
  readonly threshold: number;
}

export const AGGREGATED_ALERT = 'AggregatedAlert';

/** An aggregated alert ends when all its members have, not by a time. The last second that RFC 3339 can write. */
export const OPEN_END_MS = 253_402_300_799_000;

/** The alerts of one rule that agree in its labels. */
export interface Bucket {
  readonly rule: AggregationRule;
  readonly labels: Labels;
  /** When each began to fire; those that ended, or fell out of the window while there were too few, are gone. */
  readonly members: Map<string, { alert: Alert; sinceMs: number }>;
  /** Everything that was a member since there is an aggregated alert; its words count these, those that have ended too. */
  readonly affected: Map<string, Alert>;
  /** The aggregated alert's fingerprint, while there is one. */
  active: string | undefined;
}

/** Buckets by rule and labels. The engine tells of alerts that begin and end to fire; a bucket says when it becomes one alert. */
export class Aggregator {
  readonly #buckets = new Map<string, Bucket>();
  /** Keys of the buckets that an alert is in, by fingerprint. */
  readonly #keysOf = new Map<string, Set<string>>();

  constructor(readonly rules: readonly AggregationRule[]) {}

  /** Buckets in which the alert is now a member. Alerts without one of the labels are not counted, nor are aggregated alerts. */
  began(alert: Alert, nowMs: number): readonly Bucket[] {
    if (alert.source === 'aggregation') return [];
    const joined: Bucket[] = [];
    for (const rule of this.rules) {
      if (!rule.matches(alert.labels) || rule.groupBy.some((name) => !alert.labels.has(name))) continue;
      const labels = alert.labels.keep(new Set(rule.groupBy));
      const key = `${rule.name}\n${labels.key}`;
      const bucket = this.#buckets.get(key) ?? {
        rule,
        labels,
        members: new Map(),
        affected: new Map(),
        active: undefined,
      };
      this.#buckets.set(key, bucket);
      if (bucket.active === undefined) {
        for (const [fingerprint, { sinceMs }] of bucket.members)
          if (sinceMs <= nowMs - rule.windowMs) this.#leave(key, bucket, fingerprint);
      }
      this.#keysOf.set(alert.fingerprint, (this.#keysOf.get(alert.fingerprint) ?? new Set()).add(key));
      this.#buckets.set(key, bucket);
      bucket.members.set(alert.fingerprint, { alert, sinceMs: nowMs });
      bucket.affected.set(alert.fingerprint, alert);
      joined.push(bucket);
    }
    return joined;
  }

  /** Buckets that the alert has left. */
  ended(fingerprint: string): readonly Bucket[] {
    const left: Bucket[] = [];
    for (const key of this.#keysOf.get(fingerprint) ?? []) {
      const bucket = this.#buckets.get(key) as Bucket;
      this.#leave(key, bucket, fingerprint);
      left.push(bucket);
    }
    return left;
  }

  #leave(key: string, bucket: Bucket, fingerprint: string): void {
    bucket.members.delete(fingerprint);
    if (bucket.active === undefined) bucket.affected.delete(fingerprint);
    if (bucket.members.size === 0) this.#buckets.delete(key);
    const keys = this.#keysOf.get(fingerprint);
    keys?.delete(key);
    if (keys?.size === 0) this.#keysOf.delete(fingerprint);
  }
}

/** Labels of the alert that stands for a bucket: what its members agree on by rule, and the gravest severity and priority among them. */
export function aggregatedLabels({ rule, labels, members }: Bucket): Labels {
  const alerts = [...members.values()].map(({ alert }) => alert.labels);
  return Labels.from([
    [
      'severity',
      gravest(
        alerts.map((one) => one.get('severity')),
        severityRank,
      ),
    ],
    [
      'priority',
      gravest(
        alerts.map((one) => one.get('priority')),
        priorityRank,
      ),
    ],
    ...labels,
    ['alertname', AGGREGATED_ALERT],
    ['aggregation', rule.name],
  ]);
}

/** How many instances are affected (alerts, where they name none), and by which alerts, in words. */
export function aggregatedAnnotations(bucket: Bucket, language: 'en' | 'zh'): Labels {
  const alerts = [...bucket.affected.values()];
  const instances = new Set(alerts.map(({ labels }) => labels.get('instance')).filter((name) => name !== ''));
  const count = instances.size > 0 ? instances.size : alerts.length;
  const subject = bucket.labels.get('service') || [...bucket.labels].map(([, value]) => value).join(', ');
  const names = [...new Set(alerts.map(({ labels }) => alertNameOf(labels)))].sort();
  const of = instances.size > 0;
  return Labels.of({
    summary:
      language === 'zh'
        ? `[聚合告警] ${subject}服务异常,共${count}${of ? '个实例受影响' : '条告警'}`
        : `[Aggregated] ${subject} is in trouble: ${count} ${of ? 'instances' : 'alerts'} affected`,
    description: `${names.join(', ')}${instances.size > 0 ? `: ${[...instances].sort().slice(0, 20).join(', ')}` : ''}`,
    alerts: String(alerts.length),
    instances: String(instances.size),
  });
}

/** The alert that stands for the bucket as it is now. */
export function aggregatedAlert(bucket: Bucket, language: 'en' | 'zh', nowMs: number): Alert {
  const labels = aggregatedLabels(bucket);
  return {
    fingerprint: fingerprintOf(labels),
    labels,
    annotations: aggregatedAnnotations(bucket, language),
    startsAtMs: nowMs,
    endsAtMs: OPEN_END_MS,
    timeout: false,
    updatedAtMs: nowMs,
    generatorUrl: '',
    source: 'aggregation',
  };
}

const SEVERITIES = ['critical', 'page', 'error', 'high', 'warning', 'medium', 'low', 'info', 'none'];

function severityRank(severity: string): number {
  const rank = SEVERITIES.indexOf(severity.toLowerCase());
  return rank < 0 ? SEVERITIES.length : rank;
}

function priorityRank(priority: string): number {
  const number = /\d+/.exec(priority)?.[0];
  return number === undefined ? Number.POSITIVE_INFINITY : Number(number);
}

function gravest(values: readonly string[], rank: (value: string) => number): string {
  return (
    [...new Set(values)].filter((value) => value !== '').sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))[0] ?? ''
  );
}
