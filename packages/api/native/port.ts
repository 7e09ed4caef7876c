import type { AlertView, EngineConfig, GroupView, RoutingConfig } from '@petrel/alerts';
import type { AlertEngine } from '@petrel/alerts/engine/alert-engine.ts';
import type { Language, RuleSettings } from '@petrel/insight';
import type { LedgerReader, Logger, Matcher, Silence } from '@petrel/model';
import type { PromqlEngine } from '@petrel/query/promql/result.ts';
import type { RuleLanguage } from '@petrel/rules';
import type { RuleGroup } from '@petrel/rules/rule-file/rule-group.ts';
import type { GroupStatus } from '@petrel/rules/status/group-status.ts';

/** A configuration as a text, under the name by which messages call it. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** The routing configuration in force. */
export interface RoutingView {
  /** As it was configured; absent: none, alerts are only shown. */
  readonly file?: string;
  /** `file:line:column: …` */
  readonly warnings: readonly string[];
}

/** Alerting as it runs. Read at every request, never kept. */
export interface AlertingView {
  alerts(): readonly AlertView[];
  groups(): readonly GroupView[];
  /** Expired ones too, as long as they are remembered. */
  silences(): readonly Silence[];
  config(): EngineConfig;
  context(): AlertEngine['context'];
  routing(): RoutingView;
}

/** Rules as they run. */
export interface RulesView {
  groups(): readonly RuleGroup[];
  status(): Promise<readonly GroupStatus[]>;
  /** How they are evaluated, for a rehearsal. */
  settings(): RuleSettings;
  /** The longest interval of the scrape jobs; absent: nothing is scraped. */
  scrapeIntervalMs(): number | undefined;
}

/** Reads configurations that are not in force. Both throw a PetrelError CONFIG_INVALID whose message holds everything that is wrong. */
export interface ConfigLoaders {
  rules(files: readonly NamedText[], language: RuleLanguage): readonly RuleGroup[];
  routing(file: NamedText): { readonly config: RoutingConfig; readonly warnings: readonly string[] };
  /** Alertmanager's matchers. Throws BAD_REQUEST. */
  matchers(text: string): readonly Matcher[];
}

/** Everything that Petrel's own alerting endpoints need. */
export interface NativeAlertingPorts {
  readonly alerting: AlertingView;
  readonly rules: RulesView;
  readonly ledger: LedgerReader;
  readonly engine: PromqlEngine;
  readonly loaders: ConfigLoaders;
  readonly nowMs: () => number;
  /** Of explanations, where the request does not say. */
  readonly language: () => Language;
  readonly logger: Logger;
}
