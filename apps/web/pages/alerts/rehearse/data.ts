import type {
  NotificationData,
  RehearsalData,
  RehearsalSideData,
  RehearseRequest,
} from '@petrel/api/contract/alerting.ts';
import { parseTime } from '../clock/ages.ts';

/** A file that was chosen or pasted. */
export interface DraftFile {
  readonly name: string;
  readonly text: string;
}

export interface RehearsalDraft {
  /** None: the rules in force. */
  readonly rules: readonly DraftFile[];
  /** Undefined or empty: the routing in force. */
  readonly routing: DraftFile | undefined;
}

export interface RehearsalRange {
  /** As typed: relative, RFC 3339, or local time. */
  readonly from: string;
  /** '' for now. */
  readonly to: string;
}

/** Why a range cannot be rehearsed; undefined when it can. */
export function rangeProblem({ from, to }: RehearsalRange, nowMs: number): 'from' | 'to' | 'order' | undefined {
  const fromMs = from.trim() === '' ? undefined : parseTime(from, nowMs);
  const toMs = parseTime(to, nowMs);
  if (fromMs === undefined) return 'from';
  if (toMs === undefined) return 'to';
  return fromMs < toMs ? undefined : 'order';
}

/** Empty files stand for what is in force, and so are left out. Relative times stay relative: the server's clock decides. */
export function toRequest(draft: RehearsalDraft, { from, to }: RehearsalRange, nowMs: number): RehearseRequest {
  const rules = draft.rules.filter(({ text }) => text.trim() !== '');
  const routing = draft.routing !== undefined && draft.routing.text.trim() !== '' ? draft.routing : undefined;
  return {
    ...(rules.length === 0 ? {} : { rules }),
    ...(routing === undefined ? {} : { routing }),
    from: timeParameter(from, nowMs),
    ...(to.trim() === '' ? {} : { to: timeParameter(to, nowMs) }),
  };
}

export function timeParameter(text: string, nowMs: number): string {
  const trimmed = text.trim();
  if (trimmed.startsWith('-')) return trimmed;
  return new Date(parseTime(trimmed, nowMs) ?? nowMs).toISOString();
}

/** One figure of both configurations. */
export interface Figure {
  readonly name: 'notifications' | 'alerts' | 'groups' | 'suppressed' | 'rules';
  readonly proposed: number;
  readonly current: number;
}

export function figures({ proposed, current }: RehearsalData): readonly Figure[] {
  const of = (name: Figure['name'], count: (side: RehearsalSideData) => number): Figure => ({
    name,
    proposed: count(proposed),
    current: count(current),
  });
  return [
    of('notifications', (side) => side.notifications.length),
    of('alerts', (side) => side.alerts),
    of('groups', (side) => side.groups),
    of('rules', (side) => side.rules.filter(({ fired }) => fired > 0).length),
    of('suppressed', (side) => side.suppressed.length),
  ];
}

export interface RuleComparison {
  readonly name: string;
  readonly proposed: RehearsalSideData['rules'][number] | undefined;
  readonly current: RehearsalSideData['rules'][number] | undefined;
}

/** Rules of either side by name, those with the most notifications first. */
export function compareRules({ proposed, current }: RehearsalData): readonly RuleComparison[] {
  const ours = new Map(proposed.rules.map((rule) => [rule.name, rule]));
  const theirs = new Map(current.rules.map((rule) => [rule.name, rule]));
  const weight = (one: RuleComparison): number =>
    Math.max(one.proposed?.notifications ?? 0, one.current?.notifications ?? 0);
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .map((name) => ({ name, proposed: ours.get(name), current: theirs.get(name) }))
    .sort((a, b) => weight(b) - weight(a) || (a.name < b.name ? -1 : 1));
}

/** What a notification is about, in one line: the group's labels, else the names of its alerts. */
export function notificationNames({ firing, resolved }: NotificationData): readonly string[] {
  return [...new Set([...firing, ...resolved].map(({ alertname = '' }) => alertname))].filter(Boolean);
}
