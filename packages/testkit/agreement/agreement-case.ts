/** One way to configure Alertmanager, and what happens then. Its alerts carry the label `case` with its name, and its route asks for it. */
export interface AgreementCase {
  readonly name: string;
  /** Fields of the case's route; `receiver` is the case's name where absent, times are DEFAULT_TIMES. */
  readonly route: Readonly<Record<string, unknown>>;
  /** Receiver → its webhooks, whose `url` is filled in. Absent: one receiver of the case's name with one webhook. */
  readonly receivers?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly inhibitRules?: readonly Readonly<Record<string, unknown>>[];
  readonly steps: readonly Step[];
  /** How the webhooks answer to the request `count` (from 0) of their path. */
  readonly answer?: (count: number) => { readonly status?: number; readonly delayMs?: number };
  /** How many requests its webhooks get in all: a case that tells of nothing by mistake would agree with everything. */
  readonly requests: number;
}

/** `atS`: seconds from the beginning. */
export type Step = { readonly atS: number } & (
  | { readonly alerts: readonly StepAlert[] }
  | { readonly silence: StepSilence }
  /** The name of the silence that ends. */
  | { readonly expire: string }
);

/** Times are seconds from the step on; null and absent ones are left to the server. */
export interface StepAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsInS?: number;
  readonly endsInS: number | null;
}

/** A new silence, or another state of the one with this name. */
export interface StepSilence {
  readonly name: string;
  readonly matchers: readonly SilenceMatcher[];
  readonly startsInS?: number;
  readonly endsInS: number;
}

export interface SilenceMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex?: boolean;
  readonly isEqual?: boolean;
}

/**
 * Alerts that come at 0 are looked at after 1 s, 3 s, 5 s …; what happens at even seconds lies a second from every look, more than a busy
 * machine is late.
 */
export const DEFAULT_TIMES = { group_wait: '1s', group_interval: '2s', repeat_interval: '1h' } as const;

const LONG_S = 3600;

/** The labels, or only the name of an alert. */
export type Named = string | Readonly<Record<string, string>>;

/** Alerts that fire from now on, and for long. */
export function fire(atS: number, ...alerts: readonly Named[]): Step {
  return { atS, alerts: alerts.map((alert) => ({ labels: labelsOf(alert), startsInS: 0, endsInS: LONG_S })) };
}

/** Alerts that have ended now. */
export function end(atS: number, ...alerts: readonly Named[]): Step {
  return { atS, alerts: alerts.map((alert) => ({ labels: labelsOf(alert), endsInS: 0 })) };
}

/** One alert with more to it; it fires for long where nothing is said of an end. */
export function tell(atS: number, alert: Named, more: Partial<Omit<StepAlert, 'labels'>>): Step {
  return { atS, alerts: [{ labels: labelsOf(alert), endsInS: LONG_S, ...more }] };
}

export function silence(
  atS: number,
  name: string,
  matchers: readonly SilenceMatcher[],
  [startsInS, endsInS] = [0, LONG_S],
): Step {
  return { atS, silence: { name, matchers, startsInS, endsInS } };
}

function labelsOf(alert: Named): Readonly<Record<string, string>> {
  return typeof alert === 'string' ? { alertname: alert } : alert;
}
