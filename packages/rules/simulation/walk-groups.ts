import { noInstruments, PetrelError } from '@petrel/model';
import type { PromqlEngine } from '@petrel/query/promql';
import type { RuleSetting } from '../alerting/rule-alerts.ts';
import { Group } from '../evaluation/group.ts';
import { ruleInstruments } from '../evaluation/instruments.ts';
import { isOutage } from '../evaluation/rule-failure.ts';
import type { AlertUpdate, EngineOver, LogRulePort } from '../port.ts';
import type { RuleGroup } from '../rule-file/rule-group.ts';
import type { SimulatedStore } from './simulated-store.ts';
import type { Instants } from './step-reader.ts';

export interface WalkedGroup {
  readonly group: RuleGroup;
  readonly instants: Instants;
  readonly queryOffsetMs: number;
  readonly setting: RuleSetting;
}

export interface WalkOptions {
  readonly engineOver: EngineOver;
  readonly engine: PromqlEngine;
  readonly logs?: LogRulePort;
  readonly store: SimulatedStore;
  readonly signal?: AbortSignal;
  /** `place` is that of the group in the list. */
  readonly tell: (place: number, update: AlertUpdate) => void;
  readonly onFailure: (place: number, rule: string, tMs: number, message: string) => void;
}

/** Evaluates groups instant by instant, in the order of time and then of the list, exactly as they run on a clock. Rejects with an outage. */
export async function walkGroups(walked: readonly WalkedGroup[], options: WalkOptions): Promise<void> {
  const { engineOver, engine, logs, store, signal } = options;
  let nowMs = 0;
  let outage: unknown;
  const groups = walked.map(
    ({ group, queryOffsetMs, setting }, place) =>
      new Group({
        group,
        setting,
        queryOffsetMs,
        restored: true,
        source: store.source,
        engineOver,
        engine,
        ...(logs === undefined ? {} : { logs }),
        samples: store.sink,
        alerts: { send: async (update) => options.tell(place, update) },
        instruments: ruleInstruments(noInstruments),
        nowMs: () => nowMs,
        onFailure: (rule, error) => {
          if (isOutage(error)) outage ??= error;
          else options.onFailure(place, rule.rule.name, nowMs, rule.lastError);
        },
        ...(signal === undefined ? {} : { signal }),
      }),
  );
  const steps = walked.map(() => 0);
  for (;;) {
    const place = nextPlace(walked, steps);
    if (place === undefined) return;
    if (signal?.aborted === true) throw new PetrelError('QUERY_CANCELED', 'the simulation was canceled');
    const { instants } = walked[place] as WalkedGroup;
    const group = groups[place] as Group;
    const step = steps[place] as number;
    steps[place] = step + 1;
    nowMs = instants.firstMs + step * instants.intervalMs;
    await group.evaluate(nowMs);
    if (outage !== undefined) throw outage;
  }
}

/** The group whose next instant is the earliest. */
function nextPlace(walked: readonly WalkedGroup[], steps: readonly number[]): number | undefined {
  let best: number | undefined;
  let bestMs = Infinity;
  for (const [place, { instants }] of walked.entries()) {
    const step = steps[place] as number;
    const tMs = step < instants.steps ? instants.firstMs + step * instants.intervalMs : Infinity;
    if (tMs < bestMs) {
      bestMs = tMs;
      best = place;
    }
  }
  return best;
}
