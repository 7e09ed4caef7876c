import { expect, it } from 'vitest';
import type { Target } from './data.ts';
import { groupByPool, matchesFilter } from './data.ts';

const target = (scrapePool: string, health: Target['health'], host: string): Target => ({
  discoveredLabels: {},
  labels: { instance: host, job: scrapePool },
  scrapePool,
  scrapeUrl: `http://${host}/metrics`,
  lastError: '',
  lastScrape: '2026-11-22T10:00:00Z',
  lastScrapeDuration: 0.01,
  health,
  scrapeInterval: '15s',
  scrapeTimeout: '10s',
});

it('groups by pool, failing targets first, and keeps pools that lost every target', () => {
  const pools = groupByPool({
    activeTargets: [target('b', 'up', 'b1:1'), target('b', 'down', 'b2:1'), target('a', 'up', 'a1:1')],
    droppedTargets: [],
    droppedTargetCounts: { b: 0, gone: 4 },
  });
  expect(pools.map((pool) => [pool.name, pool.up, pool.targets.length, pool.dropped])).toEqual([
    ['a', 1, 1, 0],
    ['b', 1, 2, 0],
    ['gone', 0, 0, 4],
  ]);
  expect(pools[1]?.targets[0]?.health).toBe('down');
});

it('filters by address and by label', () => {
  const one = target('node', 'up', 'db1:9100');
  expect(matchesFilter(one, 'DB1')).toBe(true);
  expect(matchesFilter(one, 'job="node"')).toBe(true);
  expect(matchesFilter(one, 'db2')).toBe(false);
});
