import type { RoutingConfig } from '@petrel/alerts/config/config.ts';
import type { EngineConfig } from '@petrel/alerts/engine/event.ts';
import type { Route } from '@petrel/alerts/route/route.ts';
import { PetrelError, type Silence } from '@petrel/model';
import type { Rule, RuleGroup } from '@petrel/rules/rule-file/rule-group.ts';
import { Breath } from './breathe.ts';
import { compareSides, labelsThatRulesSet } from './compare-sides.ts';
import { evaluateGroups, mergeUpdates, type RuleSettings } from './evaluate-groups.ts';
import type { RuleUpdate } from './open-ends.ts';
import type { RehearsalProgress, RehearsalResult } from './rehearsal-result.ts';
import { alignGroups, shareGroups } from './share-groups.ts';
import { SimulatedSide } from './simulated-side.ts';

/** A configuration: rule files, loaded, and what the alert engine works by. */
export interface Configuration {
  readonly rules: readonly RuleGroup[];
  readonly engineConfig: EngineConfig;
}

export interface RehearseOptions {
  readonly proposed: Configuration;
  /** The configuration in force. */
  readonly current: Configuration;
  readonly settings: RuleSettings;
  /** Silences that were in force in the time, whenever they were made. */
  readonly silences: readonly Silence[];
  readonly startMs: number;
  readonly endMs: number;
  /** Evaluates all groups at this pace instead of their own. */
  readonly intervalMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RehearsalProgress) => void;
}

/** What burned before the time has been told of by then, and most groups have found their pace. */
const SHORTEST_WARM_UP_MS = 3_600_000;
/** Nobody remembers longer what began before the time. */
const LONGEST_WARM_UP_MS = 86_400_000;
/** Of the progress, so much is the evaluation of rules. */
const EVALUATION_SHARE = 0.8;
const TOTAL = 1_000;

/**
 * What alerts a proposed configuration would have sent over stored data, and what the one in force would have, with the same code and the same clockwork as
 * live. Rules begin earlier than the time, by an hour or their longest `for`, so that what already burned when it began is not a new page. Rejects with
 * BAD_REQUEST (an empty time), QUERY_LIMIT, QUERY_CANCELED, or the error of a store that is away.
 */
export async function rehearse(options: RehearseOptions): Promise<RehearsalResult> {
  const { startMs, endMs, settings, signal } = options;
  if (!(startMs < endMs)) throw new PetrelError('BAD_REQUEST', 'the time of a rehearsal must end after it begins');
  const breath = new Breath(signal);
  const current = paced(options.current.rules, options.intervalMs);
  const proposed = alignGroups(paced(options.proposed.rules, options.intervalMs), current);
  const groups = shareGroups(proposed, current);
  const warmStartMs = startMs - warmUpMs([...proposed, ...current], options);
  const progress = new Progress(options.onProgress, countRules(groups) * (endMs - warmStartMs));
  const common = {
    settings,
    startMs: warmStartMs,
    endMs,
    breath,
    onEvaluated: (spanMs: number) => progress.evaluated(spanMs),
    ...(signal === undefined ? {} : { signal }),
  };
  const both = await evaluateGroups(groups.both, common);
  const onlyProposed = await evaluateGroups(groups.proposed, common);
  const onlyCurrent = await evaluateGroups(groups.current, common);
  const play = async (config: EngineConfig, own: readonly RuleUpdate[], place: number) => {
    const side = new SimulatedSide({
      engineConfig: config,
      silences: options.silences,
      ...(settings.leaving === undefined ? {} : { leaving: settings.leaving }),
      warmStartMs,
      startMs,
      endMs,
    });
    for (const update of mergeUpdates(both.updates, own)) {
      await breath.take();
      side.update(update);
      progress.played(place, (update.atMs - warmStartMs) / (endMs - warmStartMs));
    }
    return side.finish();
  };
  const after = await play(options.proposed.engineConfig, onlyProposed.updates, 0);
  const before = await play(options.current.engineConfig, onlyCurrent.updates, 1);
  progress.finish();
  const ruleLabels = labelsThatRulesSet([...proposed, ...current]);
  const failed = [...both.warnings, ...onlyProposed.warnings, ...onlyCurrent.warnings];
  return {
    startMs,
    endMs,
    proposed: after.side,
    current: before.side,
    difference: compareSides(before.traced, after.traced, ruleLabels),
    warnings: [...new Set([...failed, ...silentReceivers(options.proposed.engineConfig.routing)])],
  };
}

function paced(groups: readonly RuleGroup[], intervalMs: number | undefined): readonly RuleGroup[] {
  return intervalMs === undefined ? groups : groups.map((group) => ({ ...group, intervalMs }));
}

/** How long before the time rules have to be watched to know what was pending or firing when it began, and to have told of it. */
function warmUpMs(groups: readonly RuleGroup[], { proposed, current, settings }: RehearseOptions): number {
  let longestMs = 0;
  for (const { rules, intervalMs = settings.evaluationIntervalMs } of groups) {
    for (const rule of rules) longestMs = Math.max(longestMs, memoryMs(rule) + 2 * intervalMs);
  }
  const waits = [proposed, current].map(({ engineConfig }) => longestWaitMs(engineConfig.routing?.route));
  return Math.min(LONGEST_WARM_UP_MS, Math.max(SHORTEST_WARM_UP_MS, longestMs + Math.max(...waits)));
}

function memoryMs(rule: Rule): number {
  return rule.kind === 'alerting' ? rule.forMs + rule.keepFiringForMs : 0;
}

function longestWaitMs(route: Route | undefined): number {
  if (route === undefined) return 0;
  return Math.max(route.groupWaitMs, ...route.routes.map(longestWaitMs));
}

function countRules(groups: ReturnType<typeof shareGroups>): number {
  const all = [...groups.both, ...groups.proposed, ...groups.current];
  return all.reduce((sum, { rules }) => sum + rules.filter(({ kind }) => kind === 'alerting').length, 0);
}

function silentReceivers(routing: RoutingConfig | undefined): readonly string[] {
  if (routing === undefined) return ['the proposed configuration routes no alerts: nobody is told of anything'];
  return routing.receivers
    .filter(({ integrations }) => integrations.length === 0)
    .map(({ name }) => `receiver "${name}" has no integration that is on: whatever is routed to it reaches nobody`);
}

/** One figure for all stages. */
class Progress {
  #evaluatedMs = 0;
  #done = 0;

  constructor(
    private readonly report: RehearseOptions['onProgress'],
    private readonly totalMs: number,
  ) {
    report?.({ done: 0, total: TOTAL, doing: 'evaluating rules' });
  }

  evaluated(spanMs: number): void {
    this.#evaluatedMs += spanMs;
    const share = this.totalMs === 0 ? 1 : Math.min(1, this.#evaluatedMs / this.totalMs);
    this.#tell(share * EVALUATION_SHARE, 'evaluating rules');
  }

  /** `place`: 0 for the proposed side, 1 for the current one. */
  played(place: number, share: number): void {
    const ofSides = (place + share) / 2;
    this.#tell(
      EVALUATION_SHARE + ofSides * (1 - EVALUATION_SHARE),
      place === 0 ? 'routing, as proposed' : 'routing, as in force',
    );
  }

  finish(): void {
    this.#tell(1, 'comparing');
  }

  #tell(share: number, doing: string): void {
    const done = Math.floor(share * TOTAL);
    if (done <= this.#done) return;
    this.#done = done;
    this.report?.({ done, total: TOTAL, doing });
  }
}
