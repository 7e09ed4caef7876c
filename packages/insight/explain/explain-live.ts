import type { AlertView } from '@petrel/alerts';
import { asSentence, callOf, type ReceiverAnswer, reasonOf } from './explain-receivers.ts';
import type { ExplainedReceiver, ExplainOptions, ReceiverReason } from './explanation.ts';
import type { HeldBy } from './texts/sentences.ts';
import { sentencesIn } from './texts/sentences-in.ts';

/** What the engine knows now of an alert's receivers: whether something holds it back, and when its groups are looked at next. */
export function liveReceivers(view: AlertView, options: ExplainOptions): readonly ReceiverAnswer[] {
  const { live, language } = options;
  const say = sentencesIn(language);
  const groups = live.groups.filter(({ alerts }) =>
    alerts.some(({ alert }) => alert.fingerprint === view.alert.fingerprint),
  );
  return groups.map(({ receiver, routeId, groupKey, nextFlushMs }) => {
    const held = heldNow(view, options);
    const clause =
      held !== undefined
        ? say.heldBack(receiver, held)
        : live.context.receivers.get(receiver)?.integrations.length === 0
          ? say.noIntegration(receiver)
          : say.waitingUntil(receiver, nextFlushMs, false);
    const isOff = held === undefined && live.context.receivers.get(receiver)?.integrations.length === 0;
    const reason: ReceiverReason = held !== undefined ? reasonOf(held.reason) : isOff ? 'no_integration' : 'waiting';
    const answer: ExplainedReceiver = {
      receiver,
      routeId,
      groupKey,
      reached: false,
      reason,
      text: asSentence(clause, language),
      attempts: [],
    };
    return { ...answer, clause };
  });
}

function heldNow(view: AlertView, { live, nowMs }: ExplainOptions): HeldBy | undefined {
  const [source] = view.inhibitedBy;
  if (source !== undefined) {
    const found = live.alerts.find(({ alert }) => alert.fingerprint === source)?.alert;
    const rule = live.context.inhibitor.inhibitedBy(view.alert.labels, nowMs)?.rule;
    return {
      reason: 'inhibited',
      sinceMs: nowMs,
      source: found === undefined ? source : callOf(found.labels),
      ...(found === undefined ? {} : { sourceSinceMs: found.startsAtMs }),
      ...(rule === undefined ? {} : { rule: rule.name, line: rule.line }),
    };
  }
  if (view.aggregatedBy !== undefined) {
    const into = live.alerts.find(({ alert }) => alert.fingerprint === view.aggregatedBy)?.alert;
    return { reason: 'aggregated', sinceMs: nowMs, into: into === undefined ? view.aggregatedBy : callOf(into.labels) };
  }
  if (view.mutedBy.length > 0) return { reason: 'muted_by_interval', sinceMs: nowMs, intervals: view.mutedBy };
  if (view.silencedBy.length === 0) return undefined;
  const silences = view.silencedBy.map((id) => {
    const silence = live.context.silences.get(id);
    return {
      id,
      comment: silence?.comment ?? '',
      by: silence?.createdBy ?? '',
      ...(silence && { endsAtMs: silence.endsAtMs }),
    };
  });
  return { reason: 'silenced', sinceMs: nowMs, silences };
}
