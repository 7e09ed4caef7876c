import type { AlertView } from '@petrel/alerts';
import { compileMatchers } from '@petrel/alerts/matcher/index.ts';
import type { Labels, LedgerEntry, LedgerReader, Matcher } from '@petrel/model';

export interface SilencePreviewOptions {
  readonly matchers: readonly Matcher[];
  readonly ledger: LedgerReader;
  /** Alerts that fire now. */
  readonly views: readonly AlertView[];
  readonly startMs: number;
  /** Included. */
  readonly endMs: number;
}

export interface SilencePreview {
  /** Of `views`, those that match. */
  readonly active: readonly AlertView[];
  /** Ascending by time. */
  readonly notifications: readonly HiddenNotification[];
  /** Alerts of notifications whose labels the ledger does not know any more; they count as not matched. */
  readonly unknownAlerts: number;
}

/** A notification that the silence would have changed. */
export interface HiddenNotification {
  readonly tMs: number;
  readonly receiver: string;
  readonly groupLabels: Labels;
  /** All of its alerts match: it would not have been sent. */
  readonly whole: boolean;
  /** Those that match. */
  readonly alerts: readonly Labels[];
}

/** Alerts that fired when the time began may have been received long before. */
const LOOK_BACK_MS = 7 * 86_400_000;
const MAX_ENTRIES = 100_000;
/** Alerts that are asked for one by one. */
const MAX_SINGLE_QUESTIONS = 200;
const LONG_AGO_MS = 90 * 86_400_000;

/** What a silence would have hidden: of the notifications that were attempted, and of the alerts that fire. Rejects with STORE_UNAVAILABLE. */
export async function previewSilence(options: SilencePreviewOptions): Promise<SilencePreview> {
  const { ledger, views, startMs, endMs } = options;
  const matches = compileMatchers(options.matchers);
  const attempts = await ledger.entries({ startMs, endMs, kinds: ['notified', 'failed'], limit: MAX_ENTRIES });
  const looks = byLook(attempts);
  const labels = await labelsOf(new Set(attempts.flatMap(({ fingerprints }) => fingerprints)), options);
  const notifications: HiddenNotification[] = [];
  const unknown = new Set<string>();
  for (const { entry, fingerprints } of looks) {
    const alerts: Labels[] = [];
    for (const fingerprint of fingerprints) {
      const found = labels.get(fingerprint);
      if (found === undefined) unknown.add(fingerprint);
      else if (matches(found)) alerts.push(found);
    }
    if (alerts.length === 0) continue;
    const whole = alerts.length === fingerprints.size;
    notifications.push({ tMs: entry.tMs, receiver: entry.receiver, groupLabels: entry.labels, whole, alerts });
  }
  return {
    active: views.filter(({ alert }) => matches(alert.labels)),
    notifications,
    unknownAlerts: unknown.size,
  };
}

/** The attempts of all integrations of a receiver for one look at a group are one notification. */
function byLook(attempts: readonly LedgerEntry[]): readonly { entry: LedgerEntry; fingerprints: Set<string> }[] {
  const looks = new Map<string, { entry: LedgerEntry; fingerprints: Set<string> }>();
  for (const entry of attempts) {
    const key = `${entry.receiver}\n${entry.groupKey}\n${entry.detail.lookMs}`;
    const known = looks.get(key);
    if (known === undefined) looks.set(key, { entry, fingerprints: new Set(entry.fingerprints) });
    else for (const one of entry.fingerprints) known.fingerprints.add(one);
  }
  return [...looks.values()];
}

async function labelsOf(
  wanted: ReadonlySet<string>,
  { ledger, views, startMs, endMs }: SilencePreviewOptions,
): Promise<ReadonlyMap<string, Labels>> {
  const labels = new Map<string, Labels>();
  if (wanted.size === 0) return labels;
  const received = await ledger.entries({
    startMs: startMs - LOOK_BACK_MS,
    endMs,
    kinds: ['received'],
    limit: MAX_ENTRIES,
  });
  for (const entry of received) for (const one of entry.fingerprints) labels.set(one, entry.labels);
  for (const { alert } of views) labels.set(alert.fingerprint, alert.labels);
  const missing = [...wanted].filter((fingerprint) => !labels.has(fingerprint));
  for (const fingerprint of missing.slice(0, MAX_SINGLE_QUESTIONS)) {
    const range = { startMs: startMs - LONG_AGO_MS, endMs: startMs, limit: 1 };
    const [entry] = await ledger.entries({ ...range, fingerprint, kinds: ['received'] });
    if (entry !== undefined) labels.set(fingerprint, entry.labels);
  }
  return labels;
}
