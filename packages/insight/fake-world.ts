import type { EngineConfig } from '@petrel/alerts';
import { INTEGRATIONS, loadRoutingConfig } from '@petrel/alerts';
import { Labels, type LedgerEntry, type LedgerQuery, type LedgerReader } from '@petrel/model';
import { createPromqlEngine } from '@petrel/query/promql';
import { MemorySource } from '@petrel/query/promql/memory/memory-source.ts';
import { loadRuleFile, type RuleGroup } from '@petrel/rules';
import type { RuleSettings } from './rehearsal/evaluate-groups.ts';

/** Monday, noon, UTC. */
export const NOON_MS = Date.UTC(2026, 2, 2, 12);

/** Rules as their file says. */
export function rulesOf(text: string, path = 'rules.yml'): readonly RuleGroup[] {
  return loadRuleFile({ path, text, cwd: '/' }).groups;
}

/** What the alert engine works by, from the text of an alertmanager.yml. */
export function engineConfigOf(text: string): EngineConfig {
  const { config } = loadRoutingConfig({ text, cwd: '/', integrations: INTEGRATIONS });
  return { routing: config, aggregation: [], language: 'en' };
}

/** A source with one sample every `stepMs` from `startMs` for each value; undefined: none. By series, written as `name{a="b"}` labels. */
export function sourceOf(
  series: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly values: readonly (number | undefined)[];
  }[],
  { startMs = NOON_MS, stepMs = 30_000 } = {},
): MemorySource {
  const source = new MemorySource();
  for (const { labels, values } of series) {
    const samples = values.flatMap((value, i) => (value === undefined ? [] : [{ tMs: startMs + i * stepMs, value }]));
    source.write(Labels.of(labels), samples);
  }
  return source;
}

export function settingsOver(source: MemorySource): RuleSettings {
  return {
    source,
    engineOver: (over) => createPromqlEngine({ source: over }),
    evaluationIntervalMs: 30_000,
  };
}

/** A ledger in memory; reads as the real one does. */
export class FakeLedger implements LedgerReader {
  constructor(readonly all: readonly LedgerEntry[]) {}

  async entries(query: LedgerQuery): Promise<readonly LedgerEntry[]> {
    const { startMs, endMs, fingerprint, alertname, groupKey, receiver, kinds, limit = 10_000 } = query;
    return this.all
      .filter(
        (entry) =>
          entry.tMs >= startMs &&
          entry.tMs <= endMs &&
          (fingerprint === undefined || entry.fingerprints.includes(fingerprint)) &&
          (alertname === undefined || entry.alertname === alertname) &&
          (groupKey === undefined || entry.groupKey === groupKey) &&
          (receiver === undefined || entry.receiver === receiver) &&
          (kinds === undefined || kinds.includes(entry.kind)),
      )
      .sort((a, b) => a.tMs - b.tMs)
      .slice(-limit);
  }
}

/** `n` times the value. */
export function times(n: number, value: number | undefined): (number | undefined)[] {
  return Array.from({ length: n }, () => value);
}
