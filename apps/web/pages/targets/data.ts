import { useQuery } from '@tanstack/react-query';
import { askApi } from '../../shell/prometheus-api.ts';

/** As /api/v1/targets answers it. */
export interface Target {
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly lastError: string;
  readonly lastScrape: string;
  /** Seconds. */
  readonly lastScrapeDuration: number;
  readonly health: 'up' | 'down' | 'unknown';
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
}

interface TargetsAnswer {
  readonly activeTargets: readonly Target[];
  readonly droppedTargets: readonly unknown[];
  readonly droppedTargetCounts?: Readonly<Record<string, number>>;
}

export interface TargetPool {
  readonly name: string;
  readonly targets: readonly Target[];
  readonly up: number;
  readonly dropped: number;
}

export function useTargetPools() {
  return useQuery({
    queryKey: ['targets'],
    refetchInterval: 5000,
    queryFn: async ({ signal }) => groupByPool((await askApi<TargetsAnswer>('targets', undefined, signal)).data),
  });
}

/** Pools in the order of their names; within a pool the failing targets first. */
export function groupByPool({ activeTargets, droppedTargetCounts = {} }: TargetsAnswer): readonly TargetPool[] {
  const byName = new Map<string, Target[]>(Object.keys(droppedTargetCounts).map((name) => [name, []]));
  for (const target of activeTargets) {
    const pool = byName.get(target.scrapePool);
    if (pool === undefined) byName.set(target.scrapePool, [target]);
    else pool.push(target);
  }
  const rank = { down: 0, unknown: 1, up: 2 } as const;
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, targets]) => ({
      name,
      targets: targets.sort((a, b) => rank[a.health] - rank[b.health] || (a.scrapeUrl < b.scrapeUrl ? -1 : 1)),
      up: targets.filter((target) => target.health === 'up').length,
      dropped: droppedTargetCounts[name] ?? 0,
    }));
}

export function matchesFilter(target: Target, filter: string): boolean {
  const needle = filter.trim().toLowerCase();
  if (needle === '') return true;
  const texts = [target.scrapeUrl, target.lastError, ...Object.entries(target.labels).map(([k, v]) => `${k}="${v}"`)];
  return texts.some((text) => text.toLowerCase().includes(needle));
}
