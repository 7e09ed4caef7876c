import { setMaxListeners } from 'node:events';
import type { Logger } from '@petrel/model';
import { Labels, noInstruments, silentLogger } from '@petrel/model';
import type { PromqlEngine } from '@petrel/query/promql';
import { Group } from '../evaluation/group.ts';
import { groupSlots } from '../evaluation/group-slots.ts';
import type { RuleInstruments } from '../evaluation/instruments.ts';
import { ruleInstruments } from '../evaluation/instruments.ts';
import { failureText } from '../evaluation/rule-failure.ts';
import { batchOf } from '../evaluation/sample-batch.ts';
import type { RulePorts } from '../port.ts';
import type { MissingDataPolicy, RuleGroup } from '../rule-file/rule-group.ts';
import type { GroupStatus } from '../status/group-status.ts';
import { statusOf } from '../status/status-of.ts';
import { GroupLoop, seriesOf } from './group-loop.ts';
import type { RestoreOptions } from './restore.ts';
import { DEFAULT_RESTORE, restoreForState } from './restore.ts';
import { takeOver } from './take-over.ts';

/** What the manager shall run. */
export interface RuleManagerConfig {
  /** As the files yield them; file and name together are unique. */
  readonly groups: readonly RuleGroup[];
  /** Of groups that name no interval. */
  readonly evaluationIntervalMs: number;
  /** Of groups that name no offset. Default 0. */
  readonly queryOffsetMs?: number;
  readonly externalLabels?: Labels;
  /** For links and templates, without a slash at the end. */
  readonly externalUrl?: string;
  /** Of rules without the annotation `petrel_missing_data`. Default `resolve`, which is Prometheus. */
  readonly missingData?: MissingDataPolicy;
  /** Default one minute. */
  readonly resendDelayMs?: number;
}

interface Entry {
  readonly loop: GroupLoop;
  /** Equal exactly where nothing changed. */
  readonly definition: string;
}

/** Runs rule groups on a clock. `apply` takes a configuration, again and again; `stop` ends everything. */
export class RuleManager {
  readonly #ports: RulePorts;
  readonly #engine: PromqlEngine;
  readonly #instruments: RuleInstruments;
  readonly #logger: Logger;
  readonly #restore: RestoreOptions;
  readonly #abort = new AbortController();
  readonly #cleanups = new Set<() => void>();
  #entries = new Map<string, Entry>();
  #applying: Promise<void> = Promise.resolve();
  #isFirst = true;

  constructor(ports: RulePorts, options: { readonly restore?: Partial<RestoreOptions> | false } = {}) {
    this.#ports = ports;
    // Every query that runs listens to it.
    setMaxListeners(0, this.#abort.signal);
    this.#engine = ports.engineOver(ports.source);
    this.#instruments = ruleInstruments(ports.instruments ?? noInstruments);
    this.#logger = ports.logger ?? silentLogger;
    this.#restore = { ...DEFAULT_RESTORE, ...options.restore };
    // Without a past (a new data directory, a test) there is nothing to wait for.
    if (options.restore === false) this.#isFirst = false;
  }

  /**
   * Groups that did not change go on; changed ones take over the state of their predecessors when these have finished; the series of
   * groups that vanished are ended after two intervals. Resolves when the new groups are in charge.
   */
  apply(config: RuleManagerConfig): Promise<void> {
    const applied = this.#applying.then(() => this.#apply(config));
    // What one call was refused with must not refuse the next.
    this.#applying = applied.catch(() => {});
    return applied;
  }

  /** Cancels what runs, waits for it, and evaluates nothing any more. Sends nothing: alerts end by themselves when nobody renews them. */
  async stop(): Promise<void> {
    this.#abort.abort();
    for (const cancel of this.#cleanups) cancel();
    await this.#applying;
    await Promise.all([...this.#entries.values()].map(({ loop }) => loop.stop()));
  }

  /** How the groups stand, sorted by file and name. Annotations are expanded for it, so it may have to ask a template's queries. */
  groups(): Promise<readonly GroupStatus[]> {
    return Promise.all([...this.#entries.values()].map(({ loop }) => statusOf(loop.group)));
  }

  async #apply(config: RuleManagerConfig): Promise<void> {
    if (this.#abort.signal.aborted) return;
    const mayRestore = this.#isFirst;
    this.#isFirst = false;
    const old = this.#entries;
    const next = new Map<string, Entry>();
    const groups = [...config.groups].sort((a, b) => compare(a.file, b.file) || compare(a.name, b.name));
    await Promise.all(
      groups.map(async (group) => {
        const key = `${group.file};${group.name}`;
        const definition = definitionOf(group, config);
        const before = old.get(key);
        if (before?.definition === definition) {
          next.set(key, before);
          return;
        }
        const loop = this.#loopOf(group, config, mayRestore);
        next.set(key, { loop, definition });
        if (before === undefined) return;
        await before.loop.stop();
        takeOver(loop.group, before.loop.group);
      }),
    );
    // An unchanged group was put there first, a changed one perhaps later: the order is that of the files.
    this.#entries = new Map(groups.map(({ file, name }) => [`${file};${name}`, next.get(`${file};${name}`) as Entry]));
    for (const [key, { loop }] of this.#entries) {
      if (old.get(key)?.loop === loop) continue;
      const { group } = loop;
      this.#instruments.added(key, { intervalMs: group.options.setting.intervalMs, rules: group.rules.length });
      if (!this.#abort.signal.aborted) loop.start();
    }
    await Promise.all(
      [...old].filter(([key]) => !this.#entries.has(key)).map(([key, { loop }]) => this.#end(key, loop)),
    );
  }

  #loopOf(group: RuleGroup, config: RuleManagerConfig, mayRestore: boolean): GroupLoop {
    const { clock, timers, source, engineOver, logs, samples, alerts } = this.#ports;
    const intervalMs = group.intervalMs ?? config.evaluationIntervalMs;
    const built = new Group({
      group,
      setting: {
        group: group.name,
        file: group.file,
        intervalMs,
        limit: group.limit,
        externalLabels: config.externalLabels ?? Labels.EMPTY,
        externalUrl: config.externalUrl ?? '',
        missingData: config.missingData ?? 'resolve',
        ...(config.resendDelayMs === undefined ? {} : { resendDelayMs: config.resendDelayMs }),
      },
      queryOffsetMs: group.queryOffsetMs ?? config.queryOffsetMs ?? 0,
      restored: !mayRestore,
      source,
      engineOver,
      engine: this.#engine,
      ...(logs === undefined ? {} : { logs }),
      samples,
      alerts,
      instruments: this.#instruments,
      nowMs: () => clock.nowMs(),
      logger: this.#logger,
      signal: this.#abort.signal,
    });
    return new GroupLoop({
      group: built,
      slots: groupSlots(group.file, group.name, intervalMs),
      clock,
      timers,
      onScheduled: (due, missed) => this.#instruments.scheduled(built.key, due, missed),
      ...(mayRestore ? { restore: () => this.#restoreGroup(built) } : {}),
    });
  }

  async #restoreGroup(group: Group): Promise<void> {
    const startedMs = performance.now();
    const { source, clock } = this.#ports;
    await restoreForState(group.rules, clock.nowMs(), { ...this.#restore, source, logger: this.#logger });
    this.#instruments.restored(group.key, performance.now() - startedMs);
  }

  /** A group that is no more: its series end after two intervals, so that a rule that only moved has time to write them on. */
  async #end(key: string, loop: GroupLoop): Promise<void> {
    await loop.stop();
    this.#instruments.removed(key);
    const series = seriesOf(loop.group);
    if (series.length === 0 || this.#abort.signal.aborted) return;
    const { clock, timers, samples } = this.#ports;
    const { setting, queryOffsetMs } = loop.group.options;
    const tMs = clock.nowMs() - queryOffsetMs;
    const cancel = timers.after(2 * setting.intervalMs, () => {
      this.#cleanups.delete(cancel);
      const stale = series
        .filter(({ key: series }) => !this.#isWritten(series))
        .map((labels) => ({ labels, value: 0, stale: true }));
      if (stale.length === 0) return;
      samples.write(batchOf(stale, tMs, samples.registry)).catch((error: unknown) => {
        this.#logger.warn('the series of a rule group that is gone could not be ended', {
          group: key,
          error: failureText(error).text,
        });
      });
    });
    this.#cleanups.add(cancel);
  }

  /** Whether a rule that runs writes the series. */
  #isWritten(series: string): boolean {
    return [...this.#entries.values()].some(({ loop }) => loop.group.rules.some((rule) => rule.previous.has(series)));
  }
}

function definitionOf(group: RuleGroup, config: RuleManagerConfig): string {
  const { groups: _, ...rest } = config;
  const rules = group.rules.map(({ ast: _ast, place: _place, exprPlace: _exprPlace, ...rule }) => rule);
  return JSON.stringify([
    { ...group, rules, place: undefined },
    { ...rest, externalLabels: rest.externalLabels?.toObject() },
  ]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
