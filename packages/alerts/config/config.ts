import type { InhibitRule } from '../inhibit/inhibit-rule.ts';
import type { TimeInterval } from '../interval/time-interval.ts';
import type { IntegrationConfig, IntegrationKind } from '../notify/integration.ts';
import type { Route } from '../route/route.ts';
import type { GlobalConfig } from './global.ts';

/** One block of a receiver, with the kind that knows what it says. */
export interface ReceiverIntegration<C extends IntegrationConfig = IntegrationConfig> {
  readonly kind: IntegrationKind<C>;
  /** Its place among the blocks of its kind, from 0; blocks that are off (placeholders) keep theirs. */
  readonly index: number;
  readonly config: C;
  readonly line: number;
}

export interface Receiver {
  readonly name: string;
  /** As the file gives them, with `name`. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly integrations: readonly ReceiverIntegration[];
  readonly line: number;
}

/** An alertmanager.yml, checked and completed. */
export interface RoutingConfig {
  readonly global: GlobalConfig;
  readonly route: Route;
  readonly receivers: readonly Receiver[];
  readonly inhibitRules: readonly InhibitRule[];
  /** `time_intervals` and `mute_time_intervals` together. */
  readonly timeIntervals: readonly TimeInterval[];
  /** Absolute path patterns of template files. */
  readonly templates: readonly string[];
  /** What was read, as YAML without its comments, credentials hidden, for `GET /api/v2/status`. */
  readonly yaml: string;
}
