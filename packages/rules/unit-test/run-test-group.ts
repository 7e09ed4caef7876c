import { ConfigError } from '@petrel/config';
import { formatDuration } from '@petrel/config/schema/units.ts';
import { Labels, noInstruments, PetrelError } from '@petrel/model';
import type { PromqlEngine } from '@petrel/query/promql';
import { createPromqlEngine } from '@petrel/query/promql';
import type { ParseOptions } from '@petrel/query/promql/parse/index.ts';
import { Group } from '../evaluation/group.ts';
import { ruleInstruments } from '../evaluation/instruments.ts';
import { failureText } from '../evaluation/rule-failure.ts';
import { queryVector } from '../evaluation/rule-query.ts';
import type { RuleGroup } from '../rule-file/rule-group.ts';
import type { SeenAlert } from './compare-alerts.ts';
import { expectedAlerts, sameAlerts, showAlerts, sortAlerts } from './compare-alerts.ts';
import { expectedSamples, sameSamples, seenSamples, showSamples } from './compare-samples.ts';
import { goDuration } from './go-duration.ts';
import type { AlertTestCase, ExprTestCase, RuleTestGroup } from './test-file.ts';
import { TestStore } from './test-store.ts';

export interface TestGroupOptions {
  /** In the order of evaluation. */
  readonly groups: readonly RuleGroup[];
  readonly evaluationIntervalMs: number;
  readonly fuzzyCompare: boolean;
  readonly features: Partial<ParseOptions>;
}

/** Runs one test: evaluates the rules over its series and compares. Resolves to what failed, in promtool's words. */
export async function runTestGroup(test: RuleTestGroup, options: TestGroupOptions): Promise<readonly string[]> {
  try {
    return await new TestRun(test, options).run();
  } catch (error) {
    if (error instanceof PetrelError && !(error instanceof ConfigError)) return [error.message];
    throw error;
  }
}

class TestRun {
  readonly #store = new TestStore();
  readonly #engine: PromqlEngine;
  readonly #groups: readonly Group[];
  readonly #failures: string[] = [];

  constructor(
    private readonly test: RuleTestGroup,
    private readonly options: TestGroupOptions,
  ) {
    const intervalMs = test.intervalMs === 0 ? options.evaluationIntervalMs : test.intervalMs;
    this.#store.load(test, intervalMs);
    const engineOver = (source: Parameters<typeof createPromqlEngine>[0]['source']) =>
      createPromqlEngine({
        source,
        features: options.features,
        noStepSubqueryIntervalMs: () => options.evaluationIntervalMs,
      });
    const { source, sink } = this.#store;
    this.#engine = engineOver(source);
    this.#groups = options.groups.map((group) => this.#groupOf(group, intervalMs, { source, sink, engineOver }));
  }

  #groupOf(
    group: RuleGroup,
    intervalMs: number,
    {
      source,
      sink,
      engineOver,
    }: Pick<TestStore, 'source' | 'sink'> & { engineOver: (source: TestStore['source']) => PromqlEngine },
  ): Group {
    return new Group({
      group,
      setting: {
        group: group.name,
        file: group.file,
        intervalMs: group.intervalMs ?? intervalMs,
        limit: group.limit,
        externalLabels: Labels.of(this.test.externalLabels),
        externalUrl: this.test.externalUrl,
        missingData: 'resolve',
      },
      queryOffsetMs: group.queryOffsetMs ?? 0,
      restored: true,
      source,
      engineOver,
      engine: this.#engine,
      samples: sink,
      alerts: { send: async () => {} },
      instruments: ruleInstruments(noInstruments),
      nowMs: () => 0,
    });
  }

  async run(): Promise<readonly string[]> {
    const { alertTests, exprTests, startMs } = this.test;
    const unnamed = alertTests.find(({ alertname }) => alertname === '');
    if (unnamed !== undefined) {
      const where = this.test.name === '' ? '' : ` (in TestGroup ${this.test.name})`;
      const at = formatDuration(unnamed.evalTimeMs);
      return [`an item under alert_rule_test misses required attribute alertname at eval_time ${at}${where}`];
    }
    const pending = [...alertTests].sort((a, b) => a.evalTimeMs - b.evalTimeMs);
    const lastMs = Math.max(0, ...[...alertTests, ...exprTests].map(({ evalTimeMs }) => evalTimeMs));
    for (let afterMs = 0; afterMs <= lastMs; afterMs += this.options.evaluationIntervalMs) {
      if (!(await this.#evaluate(startMs + afterMs))) return this.#failures;
      while (pending[0] !== undefined && pending[0].evalTimeMs < afterMs + this.options.evaluationIntervalMs) {
        await this.#checkAlerts(pending.shift() as AlertTestCase);
      }
    }
    this.#store.horizonMs = Infinity;
    for (const exprTest of exprTests) await this.#checkExpr(exprTest);
    return this.#failures;
  }

  /** False when a rule failed: then there is nothing to compare. */
  async #evaluate(tMs: number): Promise<boolean> {
    this.#store.horizonMs = tMs;
    let failed = false;
    for (const group of this.#groups) {
      await group.evaluate(tMs);
      for (const { rule, lastError } of group.rules) {
        if (lastError === '') continue;
        failed = true;
        this.#failures.push(`    rule: ${rule.name}, time: ${goDuration(tMs)}, err: ${lastError}`);
      }
    }
    return !failed;
  }

  async #checkAlerts({ alertname, evalTimeMs, expected }: AlertTestCase): Promise<void> {
    const got: SeenAlert[] = [];
    const query = (text: string, timeMs: number) => this.#ask(text, timeMs);
    for (const { rule, alerting } of this.#groups.flatMap(({ rules }) => rules)) {
      if (alerting === undefined || rule.name !== alertname) continue;
      for (const alert of alerting.alerts.values()) {
        if (alert.state !== 'firing') continue;
        got.push({ labels: alert.labels, annotations: await alerting.annotations(alert, query) });
      }
    }
    const wanted = expectedAlerts(alertname, expected);
    const sortedGot = sortAlerts(got);
    if (sameAlerts(wanted, sortedGot)) return;
    const name = this.test.name === '' ? '' : `    name: ${this.test.name},\n`;
    const head = `${name}    alertname: ${alertname}, time: ${formatDuration(evalTimeMs)}, `;
    this.#failures.push(`${head}\n        exp:${showAlerts(wanted)}, \n        got:${showAlerts(sortedGot)}`);
  }

  async #checkExpr({ expr, evalTimeMs, expected }: ExprTestCase): Promise<void> {
    const head = `    expr: ${JSON.stringify(expr)}, time: ${formatDuration(evalTimeMs)},`;
    try {
      const got = seenSamples(await this.#ask(expr, this.test.startMs + evalTimeMs));
      const wanted = expectedSamples(expected);
      if (sameSamples(wanted, got, this.options.fuzzyCompare)) return;
      this.#failures.push(`${head}\n        exp: ${showSamples(wanted)}\n        got: ${showSamples(got)}`);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#failures.push(`${head} err: ${failureText(error).text}`);
    }
  }

  #ask(query: string, timeMs: number) {
    return queryVector(this.#engine, { query, timeMs });
  }
}
