import { PetrelError } from '@petrel/model';
import type { RuleEngine, RuleLanguage } from '@petrel/rules';
import type { RuleGroup } from '@petrel/rules/rule-file/rule-group.ts';
import { type SimulationOptions, simulateGroups } from '@petrel/rules/simulation/simulate-groups.ts';
import type { Breath } from './breathe.ts';
import type { RuleUpdate } from './open-ends.ts';
import type { LeavingAlerts } from './simulated-side.ts';

/** How rules are evaluated in the past: what the rule manager works by. */
export interface RuleSettings
  extends Omit<SimulationOptions, 'groups' | 'startMs' | 'endMs' | 'resendDelayMs' | 'signal'> {
  /** What happens to alerts between the rules and the alert engine: external labels and relabelling. Default: nothing. */
  readonly leaving?: LeavingAlerts;
}

/** The engine of a language over the stored data. Throws BAD_REQUEST where there is none for logs. */
export function engineOf(language: RuleLanguage, { source, engineOver, logs }: RuleSettings): RuleEngine {
  if (language === 'promql') return engineOver(source);
  if (logs === undefined) throw new PetrelError('BAD_REQUEST', 'rules that ask logs cannot be evaluated here');
  return logs.engine;
}

export interface EvaluateOptions {
  readonly settings: RuleSettings;
  readonly startMs: number;
  readonly endMs: number;
  readonly breath: Breath;
  readonly signal?: AbortSignal;
  /** Told of each stretch of time over which a rule has been evaluated. */
  readonly onEvaluated: (spanMs: number) => void;
}

/** What groups would have told, ascending by time, alerts without repetitions; and warnings about rules that failed. */
export interface Evaluated {
  readonly updates: readonly RuleUpdate[];
  readonly warnings: readonly string[];
}

/** Evaluates groups over the time. Rejects with the PetrelError of a store that is away, or QUERY_CANCELED. */
export async function evaluateGroups(groups: readonly RuleGroup[], options: EvaluateOptions): Promise<Evaluated> {
  if (groups.length === 0) return { updates: [], warnings: [] };
  const { startMs, endMs, signal } = options;
  const { leaving: _, ...settings } = options.settings;
  const { evaluations, failures } = await simulateGroups({
    ...settings,
    engineOver: (source) => watched(settings.engineOver(source), options),
    ...(settings.logs === undefined
      ? {}
      : { logs: { ...settings.logs, engine: watched(settings.logs.engine, options) } }),
    groups,
    startMs,
    endMs,
    // Alerts are told of once; OpenEnds knows what the repetitions would have meant.
    resendDelayMs: Number.POSITIVE_INFINITY,
    ...(signal === undefined ? {} : { signal }),
  });
  const keyOf = ({ file, group }: { file: string; group: string }) => `${file}\n${group}`;
  const intervals = new Map(
    groups.map(({ file, name, intervalMs }) => [
      keyOf({ file, group: name }),
      intervalMs ?? settings.evaluationIntervalMs,
    ]),
  );
  const updates = evaluations.map(({ atMs, group, file, alerts, decisions }) => {
    return { atMs, intervalMs: intervals.get(keyOf({ file, group })) as number, alerts, decisions };
  });
  const warnings = failures.map(
    ({ rule, group, count, firstAtMs, message }) =>
      `${rule} (group ${group}) could not be evaluated ${count === 1 ? 'once' : `${count} times`}, first at ${new Date(firstAtMs).toISOString()}: ${message}`,
  );
  return { updates, warnings };
}

/** Tells of every query that has been answered, and lets the process breathe between them. */
function watched(engine: RuleEngine, { breath, onEvaluated, settings }: EvaluateOptions): RuleEngine {
  return {
    async instant(request) {
      await breath.take();
      const result = await engine.instant(request);
      onEvaluated(settings.evaluationIntervalMs);
      return result;
    },
    async range(request) {
      await breath.take();
      const result = await engine.range(request);
      onEvaluated(request.endMs - request.startMs + request.stepMs);
      return result;
    },
  };
}

/** Two ascending lists as one; of what happened at the same time, the first list's comes first. */
export function* mergeUpdates(first: readonly RuleUpdate[], second: readonly RuleUpdate[]): Generator<RuleUpdate> {
  let i = 0;
  let j = 0;
  while (i < first.length || j < second.length) {
    const [a, b] = [first[i], second[j]];
    if (a !== undefined && (b === undefined || a.atMs <= b.atMs)) {
      i++;
      yield a;
    } else {
      j++;
      yield b as RuleUpdate;
    }
  }
}
