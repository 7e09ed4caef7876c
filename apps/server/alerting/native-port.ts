import { INTEGRATIONS, loadRoutingConfig } from '@petrel/alerts';
import { parseMatchers } from '@petrel/alerts/matcher/index.ts';
import type { NativeAlertingPorts } from '@petrel/api';
import { formatIssue } from '@petrel/config';
import { type Logger, PetrelError, systemClock } from '@petrel/model';
import type { PromqlEngine } from '@petrel/query';
import { loadRuleFile } from '@petrel/rules';
import type { PetrelConfig } from '../config/index.ts';
import { engineOptions } from '../config-options.ts';
import type { Readiness } from '../readiness.ts';
import { alertLabels } from './alert-labels.ts';
import type { Alerting } from './start-alerting.ts';

export interface NativePortOptions {
  readonly alerting: () => Alerting | undefined;
  readonly readiness: Readiness;
  readonly engine: PromqlEngine;
  readonly config: () => PetrelConfig;
  /** Relative names in texts that are sent start here. */
  readonly cwd: string;
  readonly logger: Logger;
}

/** Alerting as Petrel's own endpoints ask for it; everything answers STORE_UNAVAILABLE until it runs. */
export function nativePort(options: NativePortOptions): NativeAlertingPorts {
  const { readiness, engine, config, cwd, logger } = options;
  const running = (): Alerting => {
    const alerting = options.alerting();
    if (alerting === undefined) throw new PetrelError('STORE_UNAVAILABLE', readiness.reason, { retryAfterMs: 1000 });
    return alerting;
  };
  return {
    alerting: {
      alerts: () => running().runner.alerts(),
      groups: () => running().runner.groups(),
      silences: () => running().runner.silences(),
      config: () => running().runner.config,
      context: () => running().runner.context,
      routing: () => {
        const { configFile } = config().alerting;
        const warnings = running().loaded().routingWarnings.map(formatIssue);
        return configFile === undefined ? { warnings } : { file: configFile, warnings };
      },
    },
    rules: {
      groups: () => running().loaded().rules.groups,
      status: () => running().rules.groups(),
      settings: () => ({ ...running().simulation(), leaving: alertLabels(config()) }),
      scrapeIntervalMs: () => {
        const intervals = config().scrapeConfigs.map(({ scrapeIntervalMs }) => scrapeIntervalMs);
        return intervals.length === 0 ? undefined : Math.max(...intervals);
      },
    },
    ledger: { entries: async (query) => running().ledger.entries(query) },
    engine,
    loaders: {
      rules: (files, language) =>
        files.flatMap(({ name, text }) => {
          const features = engineOptions(config()).features ?? {};
          return loadRuleFile({ path: name, text, cwd, features, language }).groups;
        }),
      routing: ({ name, text }) => {
        const loaded = loadRoutingConfig({ path: name, text, cwd, integrations: INTEGRATIONS });
        return { config: loaded.config, warnings: loaded.warnings.map(formatIssue) };
      },
      matchers: (text) => parseMatchers(text).value,
    },
    nowMs: () => systemClock.nowMs(),
    language: () => config().alerting.language,
    logger,
  };
}
