import type { AlertView } from '@petrel/alerts';
import { printMatcher } from '@petrel/alerts/matcher/index.ts';
import { explainRoute } from '@petrel/alerts/route/explain-route.ts';
import { Labels, type LedgerEntry } from '@petrel/model';
import { formatDuration, parseDuration } from '@petrel/query/promql/parse/index.ts';
import { type Episode, readEpisode } from './episode.ts';
import { liveReceivers } from './explain-live.ts';
import { callOf, explainReceivers, type ReceiverAnswer } from './explain-receivers.ts';
import { explainSilence } from './explain-silence.ts';
import type { Candidate, ExplainedAlert, ExplainedRule, ExplainOptions, Explanation } from './explanation.ts';
import { findCandidates, readName } from './find-candidates.ts';
import { labelsOfJson, stringOf } from './texts/entry-facts.ts';
import { sentencesIn } from './texts/sentences-in.ts';

/**
 * Why an alert reached, or did not reach, its receivers at a time: from the ledger, and where that is silent from the engine as it stands, or from what the
 * rule's expression gave. Rejects with BAD_REQUEST (a selector that cannot be read) or STORE_UNAVAILABLE.
 */
export async function explain(options: ExplainOptions): Promise<Explanation> {
  const { question, nowMs, language } = options;
  const say = sentencesIn(language);
  const named = readName(question.alert, options.parseMatchers);
  const candidates = await findCandidates(named, options);
  const ahead = question.atMs > nowMs ? [say.liesAhead(question.atMs)] : [];
  const [first] = candidates;
  if (first === undefined) {
    return { atMs: question.atMs, candidates, notes: [...ahead, ...(await explainSilence(named, options))] };
  }
  const notes = [...ahead, ...(candidates.length > 1 ? [say.onlyFirst(candidates.length)] : [])];
  const atMs = Math.min(question.atMs, nowMs);
  const episode = await readEpisode(first.fingerprint, options.ledger, { atMs, nowMs });
  const view = options.live.alerts.find(({ alert }) => alert.fingerprint === first.fingerprint);
  if (episode !== undefined) {
    return { atMs: question.atMs, candidates, notes, alert: await fromLedger(first, episode, options) };
  }
  if (view !== undefined && view.alert.startsAtMs <= atMs) {
    return { atMs: question.atMs, candidates, notes: [...notes, say.ledgerSilent()], alert: fromEngine(view, options) };
  }
  // It is known, but of another time only.
  const silent = { kind: 'selector', alertname: first.labels.get('alertname'), matchers: [] } as const;
  return { atMs: question.atMs, candidates, notes: [...notes, ...(await explainSilence(silent, options))] };
}

async function fromLedger(candidate: Candidate, episode: Episode, options: ExplainOptions): Promise<ExplainedAlert> {
  const { fingerprint, labels } = candidate;
  const atMs = Math.min(options.question.atMs, options.nowMs);
  const isActive = episode.state === 'firing' || episode.state === 'resolved';
  const receivers = isActive ? await explainReceivers({ fingerprint, episode, atMs, options }) : [];
  const received = episode.entries.findLast(({ kind }) => kind === 'received');
  const live = options.live.alerts.find(({ alert }) => alert.fingerprint === fingerprint);
  const rule = ruleOf(episode.evaluation);
  return {
    fingerprint,
    labels,
    annotations: labelsOfJson(received?.detail.annotations) ?? live?.alert.annotations ?? Labels.EMPTY,
    state: episode.state,
    verdict: verdictOf({ labels, episode, receivers, rule }, options),
    ...(rule === undefined ? {} : { rule }),
    receivers: ordered(receivers, options),
    entries: episode.entries,
  };
}

function fromEngine(view: AlertView, options: ExplainOptions): ExplainedAlert {
  const { alert } = view;
  const receivers = liveReceivers(view, options);
  const clauses = receivers.map(({ clause }) => clause);
  const facts = { alert: callOf(alert.labels), sinceMs: alert.startsAtMs, reached: false, clauses };
  const say = sentencesIn(options.language);
  const verdict = notRouted(alert.labels, receivers, options) ?? say.firing(facts);
  const { fingerprint, labels, annotations } = alert;
  return {
    fingerprint,
    labels,
    annotations,
    state: 'firing',
    verdict,
    receivers: ordered(receivers, options),
    entries: [],
  };
}

interface Facts {
  readonly labels: Labels;
  readonly episode: Episode;
  readonly receivers: readonly ReceiverAnswer[];
  readonly rule: ExplainedRule | undefined;
}

function verdictOf({ labels, episode, receivers, rule }: Facts, options: ExplainOptions): string {
  const say = sentencesIn(options.language);
  const alert = callOf(labels);
  const { state, evaluation, firedMs, endedMs } = episode;
  const value = rule?.value === undefined ? {} : { value: rule.value };
  if (state === 'pending') {
    const { activeAtMs, forMs = 0 } = rule ?? {};
    const active = activeAtMs === undefined ? {} : { activeAtMs, dueMs: activeAtMs + forMs };
    return say.pending({ alert, forText: formatDuration(forMs), ...active, ...value });
  }
  if (state === 'inactive') return say.inactive({ alert, tMs: evaluation?.tMs ?? options.question.atMs, ...value });
  const wrong = notRouted(labels, receivers, options);
  if (wrong !== undefined) return wrong;
  if (receivers.length === 0 && options.live.routing === undefined) return say.noRouting(alert);
  const wanted = receivers.filter(({ receiver }) => receiver === options.question.receiver);
  const about = wanted.length > 0 ? wanted : receivers;
  const reached = about.some((one) => one.reached);
  // Who was reached comes first: whoever reads it at night wants to know whether somebody knows.
  const clauses = [...about.filter((one) => one.reached), ...about.filter((one) => !one.reached)].map(
    ({ clause }) => clause,
  );
  if (state === 'resolved') {
    const since = firedMs === undefined ? {} : { sinceMs: firedMs };
    return say.resolved({ alert, ...since, endMs: endedMs ?? options.question.atMs, reached, clauses });
  }
  return say.firing({ alert, sinceMs: firedMs ?? evaluation?.tMs ?? options.question.atMs, reached, clauses });
}

/** The sentence for a receiver that the alert does not go to; undefined where none was asked about, or it does. */
function notRouted(labels: Labels, receivers: readonly ReceiverAnswer[], options: ExplainOptions): string | undefined {
  const { question, live } = options;
  const { receiver } = question;
  if (receiver === undefined || receivers.some((one) => one.receiver === receiver)) return undefined;
  const visits = live.routing === undefined ? [] : explainRoute(live.routing.route, labels);
  const failed = visits.find((visit) => visit.route.receiver === receiver && visit.failed !== undefined)?.failed;
  return sentencesIn(options.language).notRouted({
    alert: callOf(labels),
    receiver,
    receivers: [...new Set(receivers.map((one) => one.receiver))],
    ...(failed === undefined ? {} : { failed: failedText(failed, options) }),
  });
}

function failedText(
  { matcher, value }: { readonly matcher: Parameters<typeof printMatcher>[0]; readonly value: string },
  { language }: ExplainOptions,
): string {
  const has = `${matcher.name}=${JSON.stringify(value)}`;
  return language === 'zh'
    ? `${printMatcher(matcher)}(告警的是 ${has})`
    : `${printMatcher(matcher)} (the alert has ${has})`;
}

function ruleOf(evaluation: LedgerEntry | undefined): ExplainedRule | undefined {
  if (evaluation === undefined) return undefined;
  const { rule, group, file, expr, value, activeAt, for: wait } = evaluation.detail;
  const activeAtMs = typeof activeAt === 'string' ? Date.parse(activeAt) : Number.NaN;
  return {
    name: stringOf(rule),
    group: stringOf(group),
    file: stringOf(file),
    expr: stringOf(expr),
    forMs: typeof wait === 'string' ? durationMs(wait) : 0,
    ...(value === undefined ? {} : { value: stringOf(value) }),
    ...(Number.isNaN(activeAtMs) ? {} : { activeAtMs }),
  };
}

function durationMs(text: string): number {
  const parsed = parseDuration(text);
  return 'value' in parsed ? parsed.value : 0;
}

/** The one that was asked about first. */
function ordered(receivers: readonly ReceiverAnswer[], { question }: ExplainOptions): ExplainedAlert['receivers'] {
  return receivers
    .map(({ clause: _, ...answer }) => answer)
    .sort((a, b) => Number(b.receiver === question.receiver) - Number(a.receiver === question.receiver));
}
