import { parseDurationMs } from '../../explore/duration.ts';
import { parseTime } from '../clock/ages.ts';
import type { ApiRuleGroup } from '../rules/data.ts';
import type { RehearsalRange } from './data.ts';

/** A rule whose threshold and `for` can be swept. */
export interface SweepChoice {
  /** `group;alert`, unique. */
  readonly value: string;
  readonly label: string;
  readonly group: string;
  readonly alert: string;
}

export interface SweepRequest {
  readonly group: string;
  readonly alert: string;
  readonly thresholds?: readonly number[];
  readonly forMs?: readonly number[];
  /** RFC 3339. */
  readonly from: string;
  readonly to: string;
}

export function sweepChoices(groups: readonly ApiRuleGroup[]): readonly SweepChoice[] {
  const choices = new Map<string, SweepChoice>();
  for (const group of groups) {
    for (const { type, name } of group.rules) {
      const value = `${group.name};${name}`;
      if (type === 'alerting')
        choices.set(value, { value, label: `${name} · ${group.name}`, group: group.name, alert: name });
    }
  }
  return [...choices.values()].sort((a, b) => (a.label < b.label ? -1 : 1));
}

/** Numbers with commas or spaces between them; undefined when one of them is none. */
export function parseThresholds(text: string): readonly number[] | undefined {
  const parts = text.split(/[\s,]+/).filter(Boolean);
  const numbers = parts.map(Number);
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

/** Durations with commas or spaces between them, `0s` among them; undefined when one of them is none. */
export function parseFors(text: string): readonly number[] | undefined {
  const parts = text.split(/[\s,]+/).filter(Boolean);
  const list = parts.map((part) => (/^0+(ms|[smhdwy])?$/.test(part) ? 0 : parseDurationMs(part)));
  return list.includes(undefined) ? undefined : (list as number[]);
}

export interface SweepFields {
  readonly choice: SweepChoice;
  readonly thresholds: readonly number[];
  readonly forsMs: readonly number[];
  readonly range: RehearsalRange;
}

/** What is empty is left to the server. */
export function toSweepRequest({ choice, thresholds, forsMs, range }: SweepFields, nowMs: number): SweepRequest {
  return {
    group: choice.group,
    alert: choice.alert,
    ...(thresholds.length === 0 ? {} : { thresholds }),
    ...(forsMs.length === 0 ? {} : { forMs: forsMs }),
    from: absolute(range.from, nowMs),
    to: absolute(range.to, nowMs),
  };
}

function absolute(text: string, nowMs: number): string {
  return new Date(parseTime(text, nowMs) ?? nowMs).toISOString();
}
