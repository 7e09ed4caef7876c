import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type EngineConfig, INTEGRATIONS, loadRoutingConfig, type RoutingConfig } from '@petrel/alerts';
import { compileMatchers } from '@petrel/alerts/matcher/index.ts';
import { ConfigError, type ConfigIssue, expandPattern } from '@petrel/config';
import { type LoadedRules, loadRuleFiles } from '@petrel/rules';
import { TemplateError, TemplateSet } from '@petrel/template';
import type { PetrelConfig } from '../config/index.ts';
import { engineOptions } from '../config-options.ts';

/** A template file that alertmanager.yml names. */
export interface TemplateFile {
  readonly name: string;
  readonly text: string;
}

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
  const rules = attempt(() => loadRuleFiles(config.ruleFiles, { cwd, features: engineOptions(config).features ?? {} }));
  const { configFile } = config.alerting;
  const routing = configFile === undefined ? undefined : attempt(() => loadRouting(configFile, cwd));
  const templateFiles = attempt(() => readTemplates(routing?.config.templates ?? [], configFile ?? ''));
  if (rules === undefined || templateFiles === undefined || issues.length > 0) throw new ConfigError(issues);
  return {
    rules,
    engine: engineConfig(config, routing?.config),
    templateFiles,
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

function readTemplates(patterns: readonly string[], configFile: string): readonly TemplateFile[] {
  const issues: ConfigIssue[] = [];
  const files = patterns.flatMap(expandPattern).flatMap((path) => {
    // As in Go: a file is a template by its own name, without its folder.
    const name = basename(path);
    try {
      const text = readFileSync(path, 'utf8');
      new TemplateSet().parse(name, text);
      return [{ name, text }];
    } catch (error) {
      const place =
        error instanceof TemplateError ? { line: error.line ?? 1, column: error.column ?? 1 } : { line: 1, column: 1 };
      const message = error instanceof Error ? error.message : String(error);
      issues.push({ file: path, ...place, path: '', message: `${message} (a template of ${configFile})` });
      return [];
    }
  });
  if (issues.length > 0) throw new ConfigError(issues);
  return files;
}
