import type { Alert, Labels, Matcher, Silence } from '@petrel/model';

export type AlertState = 'active' | 'suppressed' | 'unprocessed';

/** An alert that the engine holds, and what keeps it from being told. */
export interface AlertView {
  readonly alert: Alert;
  /** Names, in the order of the routes that take the alert. */
  readonly receivers: readonly string[];
  /** `unprocessed`: silences and inhibition were not held against it yet. An alert that waits for its group's first look is `active`: amtool hides unprocessed ones. */
  readonly state: AlertState;
  /** Ids of silences. */
  readonly silencedBy: readonly string[];
  /** Fingerprints of alerts. */
  readonly inhibitedBy: readonly string[];
  /** Names of time intervals. */
  readonly mutedBy: readonly string[];
}

export interface GroupView {
  readonly labels: Labels;
  /** The labels that the configuration gives the group's route; absent: none. */
  readonly routeLabels?: Labels;
  readonly receiver: string;
  /** Of each, the receivers of all groups that it is in. */
  readonly alerts: readonly AlertView[];
}

export interface ReceiverView {
  readonly name: string;
  /** Absent: none. */
  readonly labels?: Labels;
}

/** An alert as a sender gave it: at least one label, no empty value, and where both times are given, they are in order. */
export interface PostedAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Absent: now, or `endsAtMs` where that is given. */
  readonly startsAtMs?: number;
  /** Absent: the engine ends it after resolve_timeout unless it is told of again. */
  readonly endsAtMs?: number;
  /** May be ''. */
  readonly generatorUrl: string;
}

/** A silence as somebody wants it: a change of the one with the `id`, or without one a new silence. Its matchers compile. */
export interface PostedSilence {
  readonly id?: string;
  readonly matchers: readonly Matcher[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface VersionInfo {
  readonly version: string;
  readonly revision: string;
  readonly branch: string;
  readonly buildUser: string;
  readonly buildDate: string;
  readonly goVersion: string;
}

export interface AlertmanagerStatus {
  /** The routing configuration as YAML, credentials hidden. */
  readonly configYaml: string;
  readonly startedMs: number;
  readonly versionInfo: VersionInfo;
}

/** What the Alertmanager API needs of the alert engine; apps/server gives it. */
export interface AlertmanagerPort {
  status(): AlertmanagerStatus;
  /** In the order of the configuration. */
  receivers(): readonly ReceiverView[];
  /** All alerts that are not resolved at `nowMs`. */
  alerts(): readonly AlertView[];
  groups(): readonly GroupView[];
  /** Resolves when the alerts are durable. Rejects with BAD_REQUEST, or a retryable PetrelError. */
  post(alerts: readonly PostedAlert[]): Promise<void>;
  /** Expired ones too, while they are kept. */
  silences(): readonly Silence[];
  /** Resolves with the id when the silence is durable; a change of what has been makes a new silence. Rejects with NOT_FOUND or BAD_REQUEST. */
  putSilence(silence: PostedSilence): Promise<string>;
  /** Rejects with NOT_FOUND, and with BAD_REQUEST when the silence has expired. */
  expireSilence(id: string): Promise<void>;
  /** A parameter `filter`. Throws PetrelError BAD_REQUEST. */
  parseMatchers(text: string): readonly Matcher[];
  nowMs(): number;
}
