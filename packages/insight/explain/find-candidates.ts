import { compileMatchers } from '@petrel/alerts/matcher/index.ts';
import type { LedgerEntry, Matcher } from '@petrel/model';
import type { Candidate, ExplainOptions } from './explanation.ts';

/** What a question names: an alert by its fingerprint, or all with a name (where it says one) that match. */
export type Named =
  | { readonly kind: 'fingerprint'; readonly fingerprint: string }
  | { readonly kind: 'selector'; readonly alertname?: string; readonly matchers: readonly Matcher[] };

const DAY_MS = 86_400_000;
/** Decisions are looked for in ever longer times until one is found. */
const LOOK_BACKS_MS = [DAY_MS, 7 * DAY_MS, 30 * DAY_MS];
const MAX_CANDIDATES = 50;

/** Reads the `alert` of a question. Throws BAD_REQUEST where it is a selector that cannot be read. */
export function readName(text: string, parseMatchers: ExplainOptions['parseMatchers']): Named {
  const trimmed = text.trim();
  if (/^[0-9a-f]{16}$/.test(trimmed)) return { kind: 'fingerprint', fingerprint: trimmed };
  const brace = trimmed.indexOf('{');
  if (brace < 0 && !/[=~]/.test(trimmed)) return { kind: 'selector', alertname: trimmed, matchers: [] };
  const prefix = brace > 0 ? trimmed.slice(0, brace).trim() : '';
  const matchers = parseMatchers(brace > 0 ? trimmed.slice(brace) : trimmed);
  const named = matchers.find(({ name, type }) => name === 'alertname' && type === '=')?.value;
  const alertname = prefix === '' ? named : prefix;
  return { kind: 'selector', matchers, ...(alertname === undefined ? {} : { alertname }) };
}

/** Alerts that the question may mean: those that fired at the time or were decided about last before it come first. */
export async function findCandidates(named: Named, options: ExplainOptions): Promise<readonly Candidate[]> {
  const { ledger, live, question, nowMs } = options;
  const atMs = Math.min(question.atMs, nowMs);
  const matches = named.kind === 'fingerprint' ? () => true : compileMatchers(named.matchers);
  const filter =
    named.kind === 'fingerprint'
      ? { fingerprint: named.fingerprint }
      : named.alertname === undefined
        ? {}
        : { alertname: named.alertname };
  const found = new Map<string, Candidate>();
  for (const backMs of LOOK_BACKS_MS) {
    const range = { startMs: atMs - backMs, endMs: atMs + DAY_MS };
    const entries = await ledger.entries({ ...range, ...filter, kinds: ['evaluation', 'received', 'resolved'] });
    for (const entry of entries) if (matches(entry.labels)) note(found, entry, atMs);
    if (found.size > 0) break;
  }
  for (const { alert } of live.alerts) {
    const { fingerprint, labels } = alert;
    if (found.has(fingerprint) || !matches(labels)) continue;
    if (named.kind === 'fingerprint' ? fingerprint !== named.fingerprint : !hasName(named, labels.get('alertname')))
      continue;
    found.set(fingerprint, { fingerprint, labels, lastSeenMs: alert.startsAtMs });
  }
  return [...found.values()].sort((a, b) => nearness(b, atMs) - nearness(a, atMs)).slice(0, MAX_CANDIDATES);
}

function hasName({ alertname }: Named & { kind: 'selector' }, name: string): boolean {
  return alertname === undefined || alertname === name;
}

function note(found: Map<string, Candidate>, { fingerprints, labels, tMs }: LedgerEntry, atMs: number): void {
  const [fingerprint = ''] = fingerprints;
  const known = found.get(fingerprint);
  // What came after the time counts only where nothing came before.
  if (known !== undefined && tMs > atMs) return;
  found.set(fingerprint, { fingerprint, labels, lastSeenMs: tMs });
}

/** The later before the time the better; anything before is better than anything after. */
function nearness({ lastSeenMs }: Candidate, atMs: number): number {
  return lastSeenMs <= atMs ? lastSeenMs : -lastSeenMs;
}
