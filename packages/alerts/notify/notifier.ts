import type { EgressPolicy, HttpClient, HttpClientConfig } from '@petrel/http';
import type { Alert, Clock, Labels, Logger } from '@petrel/model';
import type { TemplateSet } from '@petrel/template';

/** What an integration is asked to tell: the alerts of one group as they were at one look. */
export interface Notification {
  /** `{route}:{group labels}`, as Alertmanager's webhook names it; the same for every notification of the group. */
  readonly groupKey: string;
  readonly receiver: string;
  readonly groupLabels: Labels;
  /** Sorted as Alertmanager sorts (job, instance, then all labels); never empty. Without the ended ones where `send_resolved` is off. */
  readonly alerts: readonly NotifiedAlert[];
  /** The time of the look, by the engine's clock. */
  readonly tMs: number;
  /** Why now: `first_notification`, `new_alerts`, `all_resolved`, `some_resolved`, `repeat_interval`. */
  readonly reason: string;
  /** The route's own labels, as they are configured: they may be templates. Absent: none. */
  readonly routeLabels?: Readonly<Record<string, string>>;
}

export interface NotifiedAlert extends Alert {
  readonly status: 'firing' | 'resolved';
}

/** How an attempt ended. `detail` and `error` are shown to people and kept in the ledger: no credentials, no more than a few hundred characters. */
export type DeliveryOutcome =
  | { readonly ok: true; readonly detail: string }
  | { readonly ok: false; readonly retryable: boolean; readonly error: string };

/** One integration of one receiver, ready to send. Makes one attempt a call; the engine decides about another. */
export interface Notifier {
  /** Always resolves: what goes wrong is an outcome. `signal` ends the attempt (its outcome is then retryable). */
  notify(notification: Notification, signal: AbortSignal): Promise<DeliveryOutcome>;
  /** Ends idle connections. */
  close(): void;
}

/** What notifiers are made with. */
export interface NotifierTools {
  /** A client that obeys the egress rules of the configuration. */
  http(config: HttpClientConfig): HttpClient;
  /** The same rules, for what does not go over HTTP (mail). Absent: connections may go anywhere. */
  readonly egress?: EgressPolicy;
  /** The default templates and those that the configuration names. */
  readonly templates: TemplateSet;
  /** Where Petrel is reached by people, without a trailing slash; links lead there. */
  readonly externalUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
}
