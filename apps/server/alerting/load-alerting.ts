import { type EngineConfig, INTEGRATIONS, loadRoutingConfig, type RoutingConfig } from '@petrel/alerts';
import { compileMatchers } from '@petrel/alerts/matcher/index.ts';
import { ConfigError, type ConfigIssue } from '@petrel/config';
import { type LoadedRules, loadRuleFiles } from '@petrel/rules';
import type { PetrelConfig } from '../config/index.ts';
import { engineOptions } from '../config-options.ts';
import { readTemplates, type TemplateFile } from './template-files.ts';

/** Everything about alerts that stands in files beside petrel.yml, read and checked. */
export interface LoadedAlerting {
  readonly rules: LoadedRules;
  readonly engine: EngineConfig;
  readonly templateFiles: readonly TemplateFile[];
  /** Of alertmanager.yml. */
  readonly routingWarnings: readonly ConfigIssue[];
  /** Of all these files. */
  readonly warnings: readonly ConfigIssue[];
}

/** Reads the rule files, alertmanager.yml and its templates. Throws a ConfigError that holds all that is wrong with them. */
export function loadAlerting(config: PetrelConfig, cwd: string): LoadedAlerting {
  const issues: ConfigIssue[] = [];
  const attempt = <T>(load: () => T): T | undefined => {
    try {
      return load();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      issues.push(...error.issues);
      return undefined;
    }
  };
  const features = engineOptions(config).features ?? {};
  const onMetrics = attempt(() => loadRuleFiles(config.ruleFiles, { cwd, features }));
  const onLogs = attempt(() => loadRuleFiles(config.logs.ruleFiles, { cwd, language: 'logql' }));
  const { configFile } = config.alerting;
  const routing = configFile === undefined ? undefined : attempt(() => loadRouting(configFile, cwd));
  const templates = readTemplates(routing?.config.templates ?? []);
  issues.push(
    ...templates.issues.map((issue) => ({ ...issue, message: `${issue.message} (a template of ${configFile})` })),
  );
  if (onMetrics === undefined || onLogs === undefined || issues.length > 0) throw new ConfigError(issues);
  const rules = {
    groups: [...onMetrics.groups, ...onLogs.groups],
    warnings: [...onMetrics.warnings, ...onLogs.warnings],
  };
  return {
    rules,
    engine: engineConfig(config, routing?.config),
    templateFiles: templates.files,
    routingWarnings: routing?.warnings ?? [],
    warnings: [...rules.warnings, ...(routing?.warnings ?? [])],
  };
}

export function loadRouting(path: string, cwd: string, text?: string) {
  return loadRoutingConfig({ path, cwd, integrations: INTEGRATIONS, ...(text === undefined ? {} : { text }) });
}

/** The routing together with what petrel.yml says of alerts. */
export function engineConfig({ alerting }: PetrelConfig, routing: RoutingConfig | undefined): EngineConfig {
  const { aggregation, flapping, language } = alerting;
  return {
    ...(routing === undefined ? {} : { routing }),
    aggregation: aggregation.map(({ matchers, ...rule }) => ({ ...rule, matches: compileMatchers(matchers) })),
    ...(flapping === undefined ? {} : { flapping }),
    language,
  };
}
