/**
 * What Petrel's own alerting endpoints (`/api/v1/petrel/…`) answer, inside Prometheus's envelope `{"status":"success","data":…}`. Times
 * are RFC 3339 texts, durations milliseconds, labels plain objects. Prometheus's rules and alerts stand in prometheus.ts, Alertmanager's API v2
 * (`/api/v2/…`) has its own shapes.
 */
export type LabelMap = Readonly<Record<string, string>>;

export interface MatcherData {
  readonly name: string;
  readonly value: string;
  readonly type: '=' | '!=' | '=~' | '!~';
}

/** `GET routing`: the tree in force. */
export interface RoutingData {
  /** Absent: no alerting.config_file; alerts are only shown. */
  readonly file?: string;
  readonly route?: RouteData;
  readonly receivers: readonly ReceiverData[];
  readonly inhibitRules: readonly InhibitRuleData[];
  readonly timeIntervals: readonly { readonly name: string; readonly activeNow: boolean }[];
  /** `file:line:column: …`, such as placeholders that keep a receiver off. */
  readonly warnings: readonly string[];
}

export interface RouteData {
  readonly id: string;
  readonly receiver: string;
  readonly matchers: readonly string[];
  readonly continue: boolean;
  readonly groupBy: readonly string[];
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly line: number;
  readonly routes: readonly RouteData[];
}

export interface ReceiverData {
  readonly name: string;
  /** Those that are on: `slack[0]`. */
  readonly integrations: readonly string[];
  readonly line: number;
}

export interface InhibitRuleData {
  readonly name: string;
  readonly sourceMatchers: readonly string[];
  readonly targetMatchers: readonly string[];
  readonly equal: readonly string[];
  readonly line: number;
}

/** `POST routing/test` with `{labels, at?}`: where an alert with these labels would go, and why. */
export interface RouteTestData {
  /** Every node that was looked at, in the order of the walk. */
  readonly visited: readonly RouteVisitData[];
  readonly destinations: readonly RouteDestinationData[];
  /** What would hold it back now. */
  readonly inhibitedBy: readonly { readonly rule: string; readonly line: number; readonly source: LabelMap }[];
  readonly silencedBy: readonly { readonly id: string; readonly comment: string }[];
}

export interface RouteVisitData {
  readonly routeId: string;
  readonly depth: number;
  readonly line: number;
  readonly matched: boolean;
  /** The first matcher that does not hold, with the value that the alert has: `priority="P0" (the alert has priority="P1")`. */
  readonly failed?: string;
}

export interface RouteDestinationData {
  readonly routeId: string;
  readonly receiver: string;
  readonly integrations: readonly string[];
  readonly groupLabels: LabelMap;
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  /** Names of the intervals that mute the route at the time; or `active_time_intervals` when none of its active ones holds. */
  readonly mutedBy: readonly string[];
}

/** `GET ledger?start=&end=&alertname=&fingerprint=&receiver=&kind=&limit=`: decisions, newest first. */
export interface LedgerData {
  readonly entries: readonly LedgerEntryData[];
}

export interface LedgerEntryData {
  readonly time: string;
  readonly kind: string;
  readonly fingerprints: readonly string[];
  readonly alertname: string;
  readonly labels: LabelMap;
  readonly groupKey: string;
  readonly receiver: string;
  readonly integration: string;
  readonly reason: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** The decision as a sentence, in English. */
  readonly text: string;
}

/** `GET explain?alert=…&at=…&receiver=…`: `alert` is a fingerprint, an alert name, or a selector `{alertname="X",instance="y"}`. */
export interface ExplainData {
  readonly at: string;
  /** The alerts that the question may mean, the best first; the explanation is of the first. */
  readonly candidates: readonly {
    readonly fingerprint: string;
    readonly labels: LabelMap;
    readonly lastSeen: string;
  }[];
  /** Absent: nothing is known of such an alert at that time; `notes` says what was looked for. */
  readonly alert?: ExplainedAlertData;
  readonly notes: readonly string[];
}

export interface ExplainedAlertData {
  readonly fingerprint: string;
  readonly labels: LabelMap;
  readonly annotations: LabelMap;
  /** The state at the time: `inactive`, `pending`, `firing`, `resolved`. */
  readonly state: string;
  /** One sentence that answers the question. */
  readonly verdict: string;
  /** The rule, as far as the ledger knows it. */
  readonly rule?: {
    readonly name: string;
    readonly group: string;
    readonly file: string;
    readonly expr: string;
    readonly forMs: number;
    /** The value at the evaluation that decided. */
    readonly value?: string;
    readonly activeAt?: string;
  };
  readonly receivers: readonly ExplainedReceiverData[];
  /** The ledger's entries that it rests on, ascending. */
  readonly entries: readonly LedgerEntryData[];
}

export interface ExplainedReceiverData {
  readonly receiver: string;
  readonly routeId: string;
  readonly groupKey: string;
  readonly reached: boolean;
  /** `notified`, `waiting`, `inhibited`, `silenced`, `muted_by_interval`, `aggregated`, `flapping`, `failed`, `no_integration`, `deduplicated`. */
  readonly reason: string;
  /** In a sentence, with what held it back or when it was told. */
  readonly text: string;
  readonly attempts: readonly {
    readonly time: string;
    readonly integration: string;
    readonly ok: boolean;
    readonly answer: string;
  }[];
}

/**
 * `POST rehearse`. The answer is NDJSON, one RehearsalEvent a line, the last one `result` or `error`; closing the connection cancels.
 * Files are texts; what is absent is taken from the configuration in force.
 */
export interface RehearseRequest {
  readonly rules?: readonly { readonly name: string; readonly text: string }[];
  readonly routing?: { readonly name: string; readonly text: string };
  /** RFC 3339, seconds, or relative such as `-7d`. Default `-1d`. */
  readonly from?: string;
  /** Default now. */
  readonly to?: string;
  /** Default: as the groups say. */
  readonly intervalMs?: number;
}

export type RehearsalEvent =
  | { readonly event: 'progress'; readonly done: number; readonly total: number; readonly doing: string }
  | { readonly event: 'result'; readonly result: RehearsalData }
  | { readonly event: 'error'; readonly error: string; readonly code: string };

export interface RehearsalData {
  readonly from: string;
  readonly to: string;
  readonly tookMs: number;
  readonly proposed: RehearsalSideData;
  /** The configuration in force, rehearsed over the same time. */
  readonly current: RehearsalSideData;
  readonly difference: {
    /** Notifications that only the proposed configuration sends, only the current one, and that go to another receiver or come at another time. */
    readonly gained: readonly NotificationData[];
    readonly lost: readonly NotificationData[];
    readonly moved: readonly { readonly before: NotificationData; readonly after: NotificationData }[];
  };
  readonly warnings: readonly string[];
}

export interface RehearsalSideData {
  readonly alerts: number;
  readonly groups: number;
  readonly notifications: readonly NotificationData[];
  /** By rule: how often it fired and how long, most pages first. */
  readonly rules: readonly {
    readonly name: string;
    readonly fired: number;
    readonly firingMs: number;
    readonly notifications: number;
  }[];
  /** Counts for the calendar: receiver → hour (RFC 3339, on the hour, UTC) → notifications. */
  readonly perReceiverHour: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Alerts that fired and of which nobody was told, with the reason. */
  readonly suppressed: readonly { readonly labels: LabelMap; readonly time: string; readonly reason: string }[];
}

export interface NotificationData {
  readonly time: string;
  readonly receiver: string;
  readonly integrations: readonly string[];
  readonly groupLabels: LabelMap;
  readonly reason: string;
  readonly firing: readonly LabelMap[];
  readonly resolved: readonly LabelMap[];
}

/** `POST silences/preview` with `{matchers, from?, to?}`: what such a silence would have hidden, and what it would hide now. */
export interface SilencePreviewData {
  readonly from: string;
  readonly to: string;
  /** Alerts that fire now and match. */
  readonly active: readonly { readonly fingerprint: string; readonly labels: LabelMap; readonly state: string }[];
  /** Notifications of the time that would not have been sent, or would have been without some alerts. */
  readonly notifications: readonly {
    readonly time: string;
    readonly receiver: string;
    readonly groupLabels: LabelMap;
    /** All alerts of the notification match, so it would not have been sent. */
    readonly whole: boolean;
    readonly alerts: readonly LabelMap[];
  }[];
}

/** `POST rehearse/sweep` with `{group, alert, thresholds?, forMs?, from, to}`: notifications against threshold and `for`. NDJSON like rehearse. */
export interface SweepData {
  readonly expr: string;
  /** What is in force. */
  readonly threshold?: number;
  readonly forMs: number;
  readonly thresholds: readonly number[];
  readonly forsMs: readonly number[];
  /** `cells[i][j]` belongs to `thresholds[i]` and `forsMs[j]`. */
  readonly cells: readonly (readonly {
    readonly fired: number;
    readonly notifications: number;
    readonly firingMs: number;
  }[])[];
}

/** `GET lint`, and `petrel lint`. */
export interface LintData {
  readonly findings: readonly LintFindingData[];
  /** Rules and routes looked at. */
  readonly checked: { readonly rules: number; readonly routes: number; readonly receivers: number };
}

export interface LintFindingData {
  /** `missing-annotation`, `unreachable-receiver`, `unreachable-route`, `no-shared-labels`, `never-had-data`, `missing-metric`… */
  readonly check: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly subject: string;
  readonly message: string;
  readonly suggestion: string;
}
