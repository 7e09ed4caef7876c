import { randomUUID } from 'node:crypto';
import { AlertRunner, createTemplates, type NotifierTools } from '@petrel/alerts';
import { HttpClient } from '@petrel/http';
import type { RuleSettings } from '@petrel/insight';
import type { Clock, Instruments, Logger, SampleSink, Timers } from '@petrel/model';
import { createPromqlEngine, type EngineOptions, type MetricSource } from '@petrel/query';
import { type AlertSink, type EngineOver, type LogRulePort, RuleManager, type RuleManagerConfig } from '@petrel/rules';
import type { ControlStore, LedgerStore } from '@petrel/store';
import type { PetrelConfig } from '../config/index.ts';
import { engineOptions } from '../config-options.ts';
import { alertLabels } from './alert-labels.ts';
import type { LoadedAlerting } from './load-alerting.ts';
import { OtherAlertmanagers } from './other-alertmanagers.ts';

export interface AlertingOptions {
  readonly source: MetricSource;
  readonly logs: LogRulePort;
  readonly samples: SampleSink;
  readonly control: ControlStore;
  readonly ledger: LedgerStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly instruments: Instruments;
  /** Without a trailing slash. */
  readonly externalUrl: () => string;
  readonly config: PetrelConfig;
  readonly loaded: LoadedAlerting;
}

/** Rules and the alert engine, running. */
export interface Alerting {
  readonly runner: AlertRunner;
  readonly rules: RuleManager;
  readonly ledger: LedgerStore;
  readonly loaded: () => LoadedAlerting;
  readonly otherAlertmanagers: OtherAlertmanagers['view'];
  /** How rules are evaluated, for rehearsals. */
  readonly simulation: () => RuleSettings;
  apply(config: PetrelConfig, loaded: LoadedAlerting): Promise<void>;
  stop(): Promise<void>;
}

/** The alert engine first, so that what the rules find has somewhere to go. Rejects with STORE_UNAVAILABLE. */
export async function startAlerting(options: AlertingOptions): Promise<Alerting> {
  const { control, ledger, clock, timers, logger, instruments, externalUrl } = options;
  let { config, loaded } = options;
  const tools = (): NotifierTools => notifierTools(options, config, loaded);
  const runner = await AlertRunner.start({
    store: control.alerting,
    clock,
    timers,
    logger,
    instruments,
    config: loaded.engine,
    tools: tools(),
    onCommitted: () => ledger.wake(),
    newId: randomUUID,
  });
  const others = new OtherAlertmanagers({ logger, instruments, timers });
  others.apply(config.alerting.alertmanagers);
  let labels = alertLabels(config);
  const sink: AlertSink = {
    send({ atMs, alerts, decisions }) {
      const leaving = alerts.map((alert) => labels.alert(alert)).filter((alert) => alert !== undefined);
      others.send(leaving);
      return runner.send({ atMs, alerts: leaving, decisions: decisions.map((entry) => labels.decision(entry)) });
    },
  };
  const engineOver: EngineOver = (source) =>
    createPromqlEngine({ ...ruleEngineOptions(config), source, clock, instruments, logger });
  const rules = new RuleManager({
    source: options.source,
    engineOver,
    logs: options.logs,
    samples: options.samples,
    alerts: sink,
    clock,
    timers,
    instruments,
    logger,
  });
  await rules.apply(ruleConfig(config, loaded, externalUrl()));
  return {
    runner,
    rules,
    ledger,
    otherAlertmanagers: () => others.view(),
    loaded: () => loaded,
    simulation: () => {
      const { groups: _, ...settings } = ruleConfig(config, loaded, externalUrl());
      return { ...settings, source: options.source, engineOver, logs: options.logs };
    },
    async apply(nextConfig, nextLoaded) {
      config = nextConfig;
      loaded = nextLoaded;
      labels = alertLabels(config);
      others.apply(config.alerting.alertmanagers);
      runner.apply(loaded.engine, tools());
      await rules.apply(ruleConfig(config, loaded, externalUrl()));
    },
    async stop() {
      await rules.stop();
      await others.stop();
      await runner.stop();
      await ledger.stop();
    },
  };
}

/** Rules wait for each other however many are due at once; a dashboard that is refused is asked again, a rule is not. */
function ruleEngineOptions(config: PetrelConfig): Omit<EngineOptions, 'source'> {
  const options = engineOptions(config);
  return { ...options, limits: { ...options.limits, maxQueued: 100_000 } };
}

function ruleConfig(config: PetrelConfig, { rules }: LoadedAlerting, externalUrl: string): RuleManagerConfig {
  return {
    groups: rules.groups,
    evaluationIntervalMs: config.global.evaluationIntervalMs,
    queryOffsetMs: config.global.ruleQueryOffsetMs,
    externalLabels: config.externalLabels,
    externalUrl,
    missingData: config.alerting.missingData,
  };
}

function notifierTools(
  { clock, logger, externalUrl }: AlertingOptions,
  config: PetrelConfig,
  { templateFiles }: LoadedAlerting,
): NotifierTools {
  const { egress, language } = config.alerting;
  return {
    http: (http) => new HttpClient(http, process.env, { egress }),
    egress,
    templates: createTemplates({ language, files: templateFiles, externalUrl: externalUrl() }),
    externalUrl: externalUrl(),
    clock,
    logger,
  };
}
