import type { Alert, LedgerEntry } from '@petrel/model';
import { Labels } from '@petrel/model';
import type { MetricSource, PromqlEngine } from '@petrel/query/promql';
import { typeOf } from '@petrel/query/promql/parse/index.ts';
import type { RuleSetting } from '../alerting/rule-alerts.ts';
import { AlertRuleState } from '../alerting/rule-alerts.ts';
import { groupSlots, slotAfter, slotBefore } from '../evaluation/group-slots.ts';
import { outputOf } from '../evaluation/output-match.ts';
import type { EngineOver, LogRulePort } from '../port.ts';
import { queryOf } from '../rule-file/rule-expr.ts';
import type { MissingDataPolicy, RuleGroup } from '../rule-file/rule-group.ts';
import type { RuleRef, SimulationPlan } from './rule-order.ts';
import { dependsOnRange, planSimulation } from './rule-order.ts';
import type { Walk } from './simulate-alerting.ts';
import { simulateAlerting } from './simulate-alerting.ts';
import { simulateRecording } from './simulate-recording.ts';
import { SimulatedStore } from './simulated-store.ts';
import type { Instants } from './step-reader.ts';
import { walkGroups } from './walk-groups.ts';

export interface SimulationOptions {
  readonly groups: readonly RuleGroup[];
  readonly engineOver: EngineOver;
  readonly source: MetricSource;
  /** Absent: rules that ask logs fail. */
  readonly logs?: LogRulePort;
  /** Instants in [startMs, endMs] are evaluated; nothing is known of what was before. */
  readonly startMs: number;
  readonly endMs: number;
  /** Of groups that name no interval. */
  readonly evaluationIntervalMs: number;
  readonly queryOffsetMs?: number;
  readonly externalLabels?: Labels;
  readonly externalUrl?: string;
  /** Default `resolve`. */
  readonly missingData?: MissingDataPolicy;
  readonly resendDelayMs?: number;
  /** Steps of one range query; default 10,000, which is what the engine's 11,000 points allow. */
  readonly maxSteps?: number;
  readonly signal?: AbortSignal;
}

/** What one evaluation of a group would have told its `AlertSink`. */
export interface SimulatedEvaluation {
  readonly atMs: number;
  readonly group: string;
  readonly file: string;
  readonly alerts: readonly Alert[];
  readonly decisions: readonly LedgerEntry[];
}

/** A rule that failed, and how often. */
export interface SimulatedFailure {
  readonly group: string;
  readonly file: string;
  readonly rule: string;
  /** Of the first time. */
  readonly message: string;
  readonly firstAtMs: number;
  readonly count: number;
}

export interface SimulationResult {
  /** By time, then file and group; evaluations with nothing to tell are left out. */
  readonly evaluations: readonly SimulatedEvaluation[];
  /** By file, group and rule. */
  readonly failures: readonly SimulatedFailure[];
}

const DEFAULT_MAX_STEPS = 10_000;
/** While rules wait for the store, another is walked; more would only hold more samples. */
const SIDE_BY_SIDE = 3;

/**
 * Evaluates rule groups over the past, as if they had run then: the same instants, the same alerts sent and the same decisions. Each rule is
 * asked in range queries where that yields the same. Rejects with the PetrelError of a store that is away, or QUERY_CANCELED.
 */
export async function simulateGroups(options: SimulationOptions): Promise<SimulationResult> {
  return new Simulation(options).run();
}

/** What a rule told at an instant. */
interface Told {
  readonly atMs: number;
  readonly group: number;
  readonly index: number;
  readonly alerts: readonly Alert[];
  readonly decisions: readonly LedgerEntry[];
}

class Simulation {
  readonly #groups: readonly RuleGroup[];
  readonly #store: SimulatedStore;
  readonly #engine: PromqlEngine;
  readonly #plan;
  readonly #told: Told[] = [];
  readonly #failures = new Map<string, SimulatedFailure>();

  constructor(private readonly options: SimulationOptions) {
    this.#groups = [...options.groups].sort((a, b) => compare(a.file, b.file) || compare(a.name, b.name));
    this.#plan = planSimulation(this.#groups);
    const outputs = this.#groups.flatMap((group) =>
      group.rules
        .filter((rule) => this.#plan.read.has(rule))
        .map((rule) => ({ output: outputOf(rule), fromMs: this.#instantsOf(group).firstMs - this.#offsetOf(group) })),
    );
    this.#store = new SimulatedStore(options.source, outputs);
    this.#engine = options.engineOver(this.#store.source);
  }

  async run(): Promise<SimulationResult> {
    for (const wave of this.#plan.waves) await this.#walkWave(wave);
    this.#told.sort((a, b) => a.atMs - b.atMs || a.group - b.group || a.index - b.index);
    return { evaluations: this.#merged(), failures: [...this.#failures.values()].sort(byRule) };
  }

  async #walkWave(wave: SimulationPlan['waves'][number]): Promise<void> {
    const waiting = wave.values();
    let failed = false;
    const walk = async () => {
      for (const next of waiting) {
        if (failed) return;
        try {
          await (next === 'stepwise' ? this.#walkStepwise() : this.#simulateRule(next));
        } catch (error) {
          failed = true;
          throw error;
        }
      }
    };
    const walks = await Promise.allSettled(Array.from({ length: SIDE_BY_SIDE }, walk));
    for (const end of walks) if (end.status === 'rejected') throw end.reason;
  }

  async #simulateRule({ group: place, index, rule }: RuleRef): Promise<void> {
    const group = this.#groups[place] as RuleGroup;
    const isRead = this.#plan.read.has(rule);
    if (rule.kind === 'recording' && !isRead) return;
    const instants = this.#instantsOf(group);
    const onFailure = (tMs: number, message: string) => this.#failed(group, rule.name, tMs, message);
    const type = rule.language === 'promql' ? typeOf(rule.ast) : 'vector';
    if (type === 'matrix' || type === 'string') {
      if (instants.steps > 0) onFailure(instants.firstMs, 'rule result is not a vector or scalar');
      return;
    }
    const engine = rule.language === 'promql' ? this.#engine : this.options.logs?.engine;
    if (engine === undefined) {
      if (instants.steps > 0) onFailure(instants.firstMs, 'rules that ask logs cannot be evaluated here');
      return;
    }
    const walk: Walk = {
      engine,
      instants,
      queryOffsetMs: this.#offsetOf(group),
      maxSteps:
        rule.language === 'promql' && dependsOnRange(rule.ast) ? 1 : (this.options.maxSteps ?? DEFAULT_MAX_STEPS),
      onFailure,
      ...(isRead ? { store: this.#store } : {}),
      ...(this.options.signal === undefined ? {} : { signal: this.options.signal }),
    };
    const query = queryOf(rule);
    if (rule.kind === 'recording') {
      await simulateRecording(rule, query, group.limit, { ...walk, store: this.#store });
      return;
    }
    const state = new AlertRuleState(rule, this.#settingOf(group));
    await simulateAlerting(state, query, walk, (atMs, { alerts, decisions }) => {
      this.#told.push({ atMs, group: place, index, alerts, decisions });
    });
  }

  async #walkStepwise(): Promise<void> {
    const walked = this.#plan.stepwise.map((place) => {
      const group = this.#groups[place] as RuleGroup;
      return {
        group,
        instants: this.#instantsOf(group),
        queryOffsetMs: this.#offsetOf(group),
        setting: this.#settingOf(group),
      };
    });
    const { engineOver, logs, signal } = this.options;
    await walkGroups(walked, {
      engineOver,
      engine: this.#engine,
      ...(logs === undefined ? {} : { logs }),
      store: this.#store,
      ...(signal === undefined ? {} : { signal }),
      tell: (place, { atMs, alerts, decisions }) => {
        this.#told.push({ atMs, group: this.#plan.stepwise[place] as number, index: 0, alerts, decisions });
      },
      onFailure: (place, rule, tMs, message) => {
        this.#failed(this.#groups[this.#plan.stepwise[place] as number] as RuleGroup, rule, tMs, message);
      },
    });
  }

  #failed({ name, file }: RuleGroup, rule: string, atMs: number, message: string): void {
    const key = `${file};${name};${rule}`;
    const known = this.#failures.get(key) ?? { group: name, file, rule, message, firstAtMs: atMs, count: 0 };
    this.#failures.set(key, { ...known, count: known.count + 1 });
  }

  #instantsOf(group: RuleGroup): Instants {
    const intervalMs = group.intervalMs ?? this.options.evaluationIntervalMs;
    const slots = groupSlots(group.file, group.name, intervalMs);
    const firstMs = slotAfter(slots, this.options.startMs);
    const lastMs = slotBefore(slots, this.options.endMs);
    return { firstMs, intervalMs, steps: Math.max(0, Math.round((lastMs - firstMs) / intervalMs) + 1) };
  }

  #offsetOf(group: RuleGroup): number {
    return group.queryOffsetMs ?? this.options.queryOffsetMs ?? 0;
  }

  #settingOf(group: RuleGroup): RuleSetting {
    const { externalLabels, externalUrl, missingData, resendDelayMs, evaluationIntervalMs } = this.options;
    return {
      group: group.name,
      file: group.file,
      intervalMs: group.intervalMs ?? evaluationIntervalMs,
      limit: group.limit,
      externalLabels: externalLabels ?? Labels.EMPTY,
      externalUrl: externalUrl ?? '',
      missingData: missingData ?? 'resolve',
      ...(resendDelayMs === undefined ? {} : { resendDelayMs }),
    };
  }

  /** What the rules of a group told at the same instant is one evaluation. */
  #merged(): readonly SimulatedEvaluation[] {
    const out: SimulatedEvaluation[] = [];
    for (let i = 0; i < this.#told.length; ) {
      const { atMs, group } = this.#told[i] as Told;
      let end = i + 1;
      while (this.#told[end]?.atMs === atMs && this.#told[end]?.group === group) end++;
      const parts = this.#told.slice(i, end);
      const { name, file } = this.#groups[group] as RuleGroup;
      out.push({
        atMs,
        group: name,
        file,
        alerts: parts.flatMap((part) => part.alerts),
        decisions: parts.flatMap((part) => part.decisions),
      });
      i = end;
    }
    return out;
  }
}

function byRule(a: SimulatedFailure, b: SimulatedFailure): number {
  return compare(a.file, b.file) || compare(a.group, b.group) || compare(a.rule, b.rule);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
