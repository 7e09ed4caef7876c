import { alertNameOf, type LedgerEntry, type LedgerReader } from '@petrel/model';
import type { Episode } from './episode.ts';
import type { DeliveryAttempt, ExplainedReceiver, ExplainOptions, ReceiverReason } from './explanation.ts';
import { alertText, heldByOf, numberOf, routesOf, stringOf, stringsOf } from './texts/entry-facts.ts';
import type { HeldBy, Sentences } from './texts/sentences.ts';
import { sentencesIn } from './texts/sentences-in.ts';

/** A receiver's answer, and the clause that a verdict takes from it. */
export interface ReceiverAnswer extends ExplainedReceiver {
  readonly clause: string;
}

interface Asked {
  readonly fingerprint: string;
  readonly episode: Episode;
  readonly atMs: number;
  readonly options: ExplainOptions;
}

type Routed = ReturnType<typeof routesOf>[number] & { readonly routedMs: number };

const DAY_MS = 86_400_000;

/** What came of the alert at each receiver that its routes lead to, in the order of the routes. */
export async function explainReceivers(asked: Asked): Promise<readonly ReceiverAnswer[]> {
  const answers: ReceiverAnswer[] = [];
  for (const routed of routedTo(asked.episode)) answers.push(await explainOne(routed, asked));
  return answers;
}

/** The last word on each group that the alert is in. An alert that fires again in its old group is not routed anew. */
function routedTo({ entries, earlier }: Episode): readonly Routed[] {
  const own = entries.filter(({ kind }) => kind === 'routed');
  const told = own.length > 0 ? own : earlier.filter(({ kind }) => kind === 'routed').slice(-1);
  const byGroup = new Map<string, Routed>();
  for (const entry of told)
    for (const one of routesOf(entry)) byGroup.set(`${one.receiver}\n${one.groupKey}`, { ...one, routedMs: entry.tMs });
  return [...byGroup.values()];
}

async function explainOne(routed: Routed, asked: Asked): Promise<ReceiverAnswer> {
  const { episode, fingerprint } = asked;
  const { receiver, groupKey } = routed;
  const isHere = (entry: LedgerEntry): boolean => entry.receiver === receiver && entry.groupKey === groupKey;
  const own = episode.entries.filter(isHere);
  const tries = own.filter(({ kind }) => kind === 'notified' || kind === 'failed');
  const told = own.filter((entry) => entry.kind === 'notified' && stringsOf(entry.detail.firing).includes(fingerprint));
  const holding = [...episode.earlier, ...episode.entries]
    .filter((entry) => isHere(entry) && entry.tMs >= routed.routedMs)
    .findLast(({ kind }) => kind === 'suppressed' || kind === 'unsuppressed');
  const held = holding?.kind === 'suppressed' ? await whatHolds(holding, asked) : undefined;
  const answer = (reason: ReceiverReason, clause: string): ReceiverAnswer => ({
    receiver,
    routeId: routed.route,
    groupKey,
    reached: told.length > 0,
    reason,
    clause,
    text: asSentence(clause, asked.options.language),
    attempts: tries.map(attemptOf),
  });
  const say = sentencesIn(asked.options.language);
  if (told.length > 0) return answer('notified', toldClause(receiver, { told, tries, held }, say));
  if (held !== undefined) return answer(reasonOf(held.reason), say.heldBack(receiver, held));
  const later = episode.later.find((entry) => isHere(entry) && entry.kind === 'notified');
  const failure = tries.findLast(({ kind }) => kind === 'failed');
  if (failure !== undefined) return answer('failed', failedClause(receiver, tries, failure, say));
  if (asked.options.live.context.receivers.get(receiver)?.integrations.length === 0) {
    return answer('no_integration', say.noIntegration(receiver));
  }
  return waitingAnswer({ routed, asked, isHere, later, say, answer });
}

interface Waiting {
  readonly routed: Routed;
  readonly asked: Asked;
  readonly isHere: (entry: LedgerEntry) => boolean;
  readonly later: LedgerEntry | undefined;
  readonly say: Sentences;
  readonly answer: (reason: ReceiverReason, clause: string) => ReceiverAnswer;
}

/** Nothing was sent, nothing holds it back, nothing failed: it had to wait, or it was no news. */
function waitingAnswer({ routed, asked, isHere, later, say, answer }: Waiting): ReceiverAnswer {
  const { episode, fingerprint, atMs, options } = asked;
  const { receiver, nextLookMs, newGroup } = routed;
  const then = later === undefined ? '' : `; ${say.toldLater(receiver, later.tMs)}`;
  const view = options.live.groups.find((group) => group.groupKey === routed.groupKey && group.receiver === receiver);
  if (episode.state === 'resolved' && later === undefined) return answer('waiting', say.endedFirst(receiver));
  if (nextLookMs > atMs) return answer('waiting', say.waitingUntil(receiver, nextLookMs, newGroup) + then);
  const before = episode.earlier.filter((entry) => isHere(entry) && entry.kind === 'notified');
  const asFiring = before.findLast(({ detail }) => stringsOf(detail.firing).includes(fingerprint));
  const asEnded = before.findLast(({ detail }) => stringsOf(detail.resolved).includes(fingerprint));
  if (asFiring !== undefined && (asEnded === undefined || asEnded.tMs < asFiring.tMs)) {
    return answer('deduplicated', say.deduplicated(receiver, asFiring.tMs));
  }
  const isNow = later === undefined && options.nowMs - atMs < 60_000;
  if (isNow && view !== undefined) return answer('waiting', say.waitingUntil(receiver, view.nextFlushMs, false));
  return answer('waiting', later === undefined ? say.waiting(receiver) : say.waiting(receiver) + then);
}

function toldClause(
  receiver: string,
  { told, tries, held }: { told: readonly LedgerEntry[]; tries: readonly LedgerEntry[]; held: HeldBy | undefined },
  say: Sentences,
): string {
  const first = told[0] as LedgerEntry;
  const ofFirst = told.filter(({ detail }) => detail.lookMs === first.detail.lookMs);
  const looks = new Set(told.map(({ detail }) => detail.lookMs));
  const integrations = [...new Set(ofFirst.map(({ integration }) => integration))];
  const parts = [say.notified({ receiver, tMs: first.tMs, integrations, reason: first.reason, times: looks.size })];
  const worked = new Set(told.map(({ integration }) => integration));
  const broken = tries.findLast(({ kind, integration }) => kind === 'failed' && !worked.has(integration));
  if (broken !== undefined) parts.push(say.alsoFailed(broken.integration, stringOf(broken.detail.answer)));
  if (held !== undefined) parts.push(say.heldBackSince(held));
  return parts.join(', ');
}

function failedClause(receiver: string, tries: readonly LedgerEntry[], failure: LedgerEntry, say: Sentences): string {
  const retryAtMs = numberOf(failure.detail.retryAtMs);
  return say.failed({
    receiver,
    attempts: tries.filter(({ kind }) => kind === 'failed').length,
    integration: failure.integration,
    answer: stringOf(failure.detail.answer),
    ...(retryAtMs === undefined ? {} : { retryAtMs }),
  });
}

/** Who the source of an inhibition or an aggregation is, and until when a silence holds. */
async function whatHolds(entry: LedgerEntry, { atMs, options }: Asked): Promise<HeldBy> {
  const by = heldByOf(entry);
  const { ledger, live } = options;
  if (by.reason === 'inhibited' && by.source !== undefined) {
    const source = await lastOf(ledger, { fingerprint: by.source, kinds: ['received'], atMs });
    return source === undefined ? by : { ...by, source: alertText(source.labels), sourceSinceMs: source.tMs };
  }
  if (by.reason === 'aggregated' && by.into !== undefined) {
    const into = await lastOf(ledger, { fingerprint: by.into, kinds: ['received'], atMs });
    const told = await lastOf(ledger, { fingerprint: by.into, kinds: ['notified'], atMs });
    return {
      ...by,
      ...(into === undefined ? {} : { into: alertText(into.labels) }),
      ...(told === undefined || told.tMs < entry.tMs ? {} : { intoToldMs: told.tMs }),
    };
  }
  if (by.silences === undefined) return by;
  const silences = by.silences.map((one) => {
    const endsAtMs = live.context.silences.get(one.id)?.endsAtMs;
    return { ...one, ...(endsAtMs === undefined ? {} : { endsAtMs }) };
  });
  return { ...by, silences };
}

async function lastOf(
  ledger: LedgerReader,
  { fingerprint, kinds, atMs }: { fingerprint: string; kinds: readonly LedgerEntry['kind'][]; atMs: number },
): Promise<LedgerEntry | undefined> {
  const found = await ledger.entries({ startMs: atMs - 30 * DAY_MS, endMs: atMs, fingerprint, kinds, limit: 1 });
  return found.at(-1);
}

/** How the reason of a suppression is called among the reasons of receivers. */
export function reasonOf(reason: string): ReceiverReason {
  return reason === 'outside_active_interval' ? 'muted_by_interval' : (reason as ReceiverReason);
}

function attemptOf({ tMs, integration, kind, detail }: LedgerEntry): DeliveryAttempt {
  return { tMs, integration, ok: kind === 'notified', answer: stringOf(detail.answer) };
}

export function asSentence(clause: string, language: 'en' | 'zh'): string {
  return `${clause}${language === 'zh' ? '。' : '.'}`;
}

/** The name by which an alert is called in a sentence. */
export function callOf(labels: LedgerEntry['labels']): string {
  return alertNameOf(labels) === '' ? labels.toString() : alertText(labels);
}
