/** One way to configure Alertmanager, and what happens then. Its alerts carry the label `case` with its name, which also is its route. */
export interface AgreementCase {
  readonly name: string;
  /** Fields of the case's route; `receiver` is `<name>` where absent. Times not said: DEFAULT_TIMES. */
  readonly route: Readonly<Record<string, unknown>>;
  /** Receiver → its webhooks; `url` is filled in. Where absent, a receiver `<name>` with one webhook. */
  readonly receivers?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly inhibitRules?: readonly Readonly<Record<string, unknown>>[];
  /** By time. */
  readonly steps: readonly Step[];
  /** How the webhook answers to its request `count` (from 0). */
  readonly answer?: (count: number) => { readonly status?: number; readonly delayMs?: number };
  /** How many requests its webhooks get in all: a case that tells of nothing by mistake would agree with everything. */
  readonly requests: number;
}

export type Step = { readonly atMs: number } & (
  | { readonly alerts: readonly StepAlert[] }
  /** Made, or changed if there is one of the name. */
  | { readonly silence: StepSilence }
  | { readonly expire: string }
);

/** Times are milliseconds from the step's time on. */
export interface StepAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Absent: not said, unless `endsInMs` is an end. */
  readonly startsInMs?: number;
  /** `null`: not said, so that resolve_timeout counts. */
  readonly endsInMs: number | null;
}

export interface StepSilence {
  readonly name: string;
  /** As in a configuration: `a="b"`; the case is added. */
  readonly matchers: readonly { readonly name: string; readonly value: string; readonly isRegex?: boolean; readonly isEqual?: boolean }[];
  readonly startsInMs?: number;
  readonly endsInMs: number;
}

/**
 * Alerts that come at 0 are looked at at 1 s, 3 s, 5 s …; what happens at even seconds lies a second from every look, more than a busy machine
 * is late.
 */
export const DEFAULT_TIMES = { group_wait: '1s', group_interval: '2s', repeat_interval: '1h' } as const;

const LONG_MS = 3_600_000;

/** Alerts that fire from now on, for long. */
export function fire(atMs: number, ...alerts: readonly (string | Readonly<Record<string, string>>)[]): Step {
  return { atMs, alerts: alerts.map((alert) => ({ labels: labelsOf(alert), endsInMs: LONG_MS })) };
}

/** Alerts that have ended now. */
export function end(atMs: number, ...alerts: readonly (string | Readonly<Record<string, string>>)[]): Step {
  return { atMs, alerts: alerts.map((alert) => ({ labels: labelsOf(alert), endsInMs: 0 })) };
}

/** Alerts as given, for long where nothing is said of an end. */
export function tell(atMs: number, ...alerts: readonly (Omit<StepAlert, 'endsInMs'> & { endsInMs?: number | null })[]): Step {
  return { atMs, alerts: alerts.map((alert) => ({ endsInMs: LONG_MS, ...alert })) };
}

/** `text` is an alert's name. */
function labelsOf(alert: string | Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return typeof alert === 'string' ? { alertname: alert } : alert;
}
