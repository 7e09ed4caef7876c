import type { Alert, AlertingChanges, Matcher, Silence } from '@petrel/model';
import type { ReceiverIntegration, RoutingConfig } from '../config/config.ts';
import type { DeliveryOutcome, Notification } from '../notify/notifier.ts';
import type { AggregationRule } from './aggregation.ts';
import type { FlappingConfig } from './flapping.ts';

/** What the engine works by. Without `routing` alerts are known and shown, and nobody is told. */
export interface EngineConfig {
  readonly routing?: RoutingConfig;
  readonly aggregation: readonly AggregationRule[];
  readonly flapping?: FlappingConfig;
  /** The language of what the engine itself says: the summaries of aggregated alerts. */
  readonly language: 'en' | 'zh';
}

/** A silence as somebody wants it: with the `id` of one that is to be changed, or without for a new one. */
export interface WantedSilence {
  readonly id?: string;
  readonly matchers: readonly Matcher[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export type EngineEvent =
  /** Alerts were told of: by rules, or by senders to the API. */
  | { readonly kind: 'alerts'; readonly alerts: readonly Alert[] }
  /** `freshId` names the silence if a new one comes of it. */
  | { readonly kind: 'putSilence'; readonly silence: WantedSilence; readonly freshId: string }
  | { readonly kind: 'expireSilence'; readonly id: string }
  | { readonly kind: 'config'; readonly config: EngineConfig }
  /** An attempt has ended; outcomes of attempts that were given up are ignored. */
  | { readonly kind: 'delivered'; readonly deliveryId: string; readonly outcome: DeliveryOutcome }
  /** Nothing but the time. */
  | { readonly kind: 'time' };

/** An attempt that is to be made now. */
export interface Delivery {
  /** Unique among the attempts. */
  readonly id: string;
  /** From 1. */
  readonly attempt: number;
  readonly integration: ReceiverIntegration;
  readonly notification: Notification;
  /** After that the attempt is of no use any more. */
  readonly timeoutMs: number;
}

/** What a step asks for. `changes` are to be durable before the deliveries are made. */
export interface StepResult {
  readonly changes: AlertingChanges;
  readonly deliveries: readonly Delivery[];
  /** Attempts under way whose outcome is not wanted any more. */
  readonly canceled: readonly string[];
  /** Of `putSilence`: the silence as it is now. */
  readonly silence?: Silence;
}
