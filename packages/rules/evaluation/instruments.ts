import type { Instruments } from '@petrel/model';

/** What rule evaluation counts; the names are Prometheus's behind `petrel_`. `key` is `file;group`. */
export interface RuleInstruments {
  /** A rule is about to be evaluated. */
  evaluating(key: string): void;
  failed(key: string): void;
  ruleEvaluated(durationMs: number): void;
  evaluated(
    key: string,
    run: {
      readonly durationMs: number;
      readonly ruleDurationsMs: readonly number[];
      readonly atMs: number;
      readonly samples: number;
    },
  ): void;
  /** Evaluations that were due, and those of them that were left out because the group was late. */
  scheduled(key: string, due: number, missed: number): void;
  restored(key: string, durationMs: number): void;
  sendFailed(alerts: number): void;
  /** A group runs. */
  added(key: string, group: { readonly intervalMs: number; readonly rules: number }): void;
  removed(key: string): void;
}

export function ruleInstruments(instruments: Instruments): RuleInstruments {
  const labels = ['rule_group'];
  const evaluations = instruments.counter('petrel_rule_evaluations_total', 'Rule evaluations.', labels);
  const failures = instruments.counter(
    'petrel_rule_evaluation_failures_total',
    'Rule evaluations that failed.',
    labels,
  );
  const iterations = instruments.counter(
    'petrel_rule_group_iterations_total',
    'Evaluations of rule groups that were due, executed or missed.',
    labels,
  );
  const missed = instruments.counter(
    'petrel_rule_group_iterations_missed_total',
    'Evaluations of rule groups that were left out because the group was late.',
    labels,
  );
  const unsent = instruments.counter('petrel_rule_alerts_unsent_total', 'Alerts that could not be handed over.');
  const ruleDuration = instruments.histogram('petrel_rule_evaluation_duration_seconds', 'Time that rules took.');
  const groupDuration = instruments.histogram('petrel_rule_group_duration_seconds', 'Time that groups took.');
  const gauge = (name: string, help: string) => instruments.gauge(`petrel_rule_group_${name}`, help, labels);
  const interval = gauge('interval_seconds', 'Interval of the group.');
  const rules = gauge('rules', 'Rules of the group.');
  const lastEvaluation = gauge('last_evaluation_timestamp_seconds', 'When the group was last evaluated.');
  const lastDuration = gauge('last_duration_seconds', 'Time that the last evaluation took.');
  const lastSum = gauge('last_rule_duration_sum_seconds', 'Time that the rules of the last evaluation took together.');
  const lastSamples = gauge('last_evaluation_samples', 'Samples of the last evaluation.');
  const lastRestore = gauge('last_restore_duration_seconds', 'Time that restoring alerts took.');
  return {
    evaluating: (key) => evaluations.add(1, key),
    failed: (key) => failures.add(1, key),
    ruleEvaluated: (durationMs) => ruleDuration.observe(durationMs / 1000),
    evaluated(key, { durationMs, ruleDurationsMs, atMs, samples }) {
      groupDuration.observe(durationMs / 1000);
      lastDuration.set(durationMs / 1000, key);
      lastSum.set(ruleDurationsMs.reduce((sum, ms) => sum + ms, 0) / 1000, key);
      lastEvaluation.set(atMs / 1000, key);
      lastSamples.set(samples, key);
    },
    scheduled(key, due, left) {
      iterations.add(due, key);
      if (left > 0) missed.add(left, key);
    },
    restored: (key, durationMs) => lastRestore.set(durationMs / 1000, key),
    sendFailed: (alerts) => unsent.add(alerts),
    added(key, group) {
      interval.set(group.intervalMs / 1000, key);
      rules.set(group.rules, key);
      evaluations.add(0, key);
      failures.add(0, key);
      iterations.add(0, key);
      missed.add(0, key);
    },
    removed(key) {
      for (const one of [interval, rules, lastEvaluation, lastDuration, lastSum, lastSamples, lastRestore]) {
        one.remove(key);
      }
    },
  };
}
