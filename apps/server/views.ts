import { hostname } from 'node:os';
import type { ConfigView, StatusView, TargetsView } from '@petrel/api';
import { formatDuration } from '@petrel/api';
import type { PetrelStatus, StoreStatus } from '@petrel/api/contract/prometheus.ts';
import { Labels } from '@petrel/model';
import type { ScrapeManager } from '@petrel/receive';
import type { MetricStore } from '@petrel/store';
import { type PetrelConfig, toYaml } from './config/index.ts';
import type { Readiness } from './readiness.ts';
import { PROMETHEUS_VERSION, REVISION, VERSION } from './version.ts';

const NEVER = '0001-01-01T00:00:00Z';

/** What the API shows of scraping; nothing while the scraper is not there yet. */
export function targetsView(scraper: () => ScrapeManager | undefined): TargetsView {
  return {
    active: () =>
      (scraper()?.activeTargets() ?? []).map((target) => ({
        discoveredLabels: target.discoveredLabels.toObject(),
        labels: target.labels.toObject(),
        scrapePool: target.scrapePool,
        scrapeUrl: target.scrapeUrl,
        globalUrl: target.globalUrl,
        lastError: target.lastError,
        lastScrape: target.lastScrapeMs === 0 ? NEVER : new Date(target.lastScrapeMs).toISOString(),
        lastScrapeDuration: target.lastScrapeDurationMs / 1000,
        health: target.health,
        scrapeInterval: target.scrapeInterval,
        scrapeTimeout: target.scrapeTimeout,
      })),
    dropped: () =>
      (scraper()?.droppedTargets() ?? []).map(({ discoveredLabels, scrapePool }) => ({
        discoveredLabels: discoveredLabels.toObject(),
        scrapePool,
      })),
    droppedCounts: () => scraper()?.droppedTargetCounts() ?? {},
    pools: () => scraper()?.scrapePools() ?? [],
    metadata: () => scraper()?.targetMetadata() ?? [],
  };
}

export function configView(current: () => PetrelConfig, flags: Readonly<Record<string, string>>): ConfigView {
  return {
    yaml: () => toYaml(current()),
    flags: () => flags,
    externalLabels: () => Labels.of(current().global.externalLabels),
    lookbackMs: () => current().limits.lookbackDeltaMs,
  };
}

/** What the status pages need to know of the running server. */
export interface ServerFacts {
  readonly startedMs: number;
  readonly dataDir: string;
  readonly config: () => PetrelConfig;
  readonly configWarnings: () => readonly string[];
  readonly listen: () => string;
  readonly readiness: Readiness;
  readonly scraper: () => ScrapeManager | undefined;
  readonly metricStore: () => MetricStore | undefined;
  readonly stores: () => readonly StoreStatus[];
  readonly lastReload: () => { readonly ok: boolean; readonly timeMs: number; readonly error: string };
}

export function statusView(facts: ServerFacts): StatusView {
  const retention = (): string => {
    const { retentionTimeMs, retentionSizeBytes } = facts.config().storage;
    return retentionSizeBytes > 0
      ? `${formatDuration(retentionTimeMs)} or ${retentionSizeBytes}B`
      : formatDuration(retentionTimeMs);
  };
  return {
    buildInfo: () => ({
      version: PROMETHEUS_VERSION,
      revision: REVISION,
      branch: 'main',
      buildUser: '',
      buildDate: '',
      goVersion: '',
      program: `petrel ${VERSION}`,
      nodeVersion: process.versions.node,
    }),
    runtimeInfo: () => ({
      startTime: new Date(facts.startedMs).toISOString(),
      CWD: process.cwd(),
      hostname: hostname(),
      serverTime: new Date().toISOString(),
      reloadConfigSuccess: facts.lastReload().ok,
      lastConfigTime: new Date(facts.lastReload().timeMs).toISOString(),
      corruptionCount: 0,
      goroutineCount: 0,
      GOMAXPROCS: 0,
      GOMEMLIMIT: 0,
      GOGC: '',
      GODEBUG: '',
      storageRetention: retention(),
    }),
    tsdb: async (limit) => {
      const stats = await requireStore(facts).stats(limit);
      return {
        headStats: {
          numSeries: stats.headSeries,
          numLabelPairs: stats.headLabelPairs,
          chunkCount: stats.chunkCount,
          minTime: stats.minTimeMs ?? 0,
          maxTime: stats.maxTimeMs ?? 0,
        },
        seriesCountByMetricName: stats.seriesCountByMetricName,
        labelValueCountByLabelName: stats.labelValueCountByLabelName,
        memoryInBytesByLabelName: stats.memoryInBytesByLabelName,
        seriesCountByLabelValuePair: stats.seriesCountByLabelValuePair,
      };
    },
    petrel: async () => petrelStatus(facts, retention()),
  };
}

function requireStore({ metricStore, readiness }: ServerFacts): MetricStore {
  // Throws while there is none.
  void readiness.core;
  return metricStore() as MetricStore;
}

function petrelStatus(facts: ServerFacts, retention: string): PetrelStatus {
  const { readiness, lastReload } = facts;
  const health = (facts.scraper()?.activeTargets() ?? []).map((target) => target.health);
  const count = (wanted: string): number => health.filter((one) => one === wanted).length;
  const reload = lastReload();
  return {
    version: VERSION,
    startTime: new Date(facts.startedMs).toISOString(),
    ready: readiness.reason === '',
    notReadyReason: readiness.reason,
    listen: facts.listen(),
    dataDir: facts.dataDir,
    configFile: facts.config().file ?? '',
    configWarnings: facts.configWarnings(),
    lastReload: { ok: reload.ok, time: new Date(reload.timeMs).toISOString(), error: reload.error },
    retention,
    stores: facts.stores(),
    targets: { up: count('up'), down: count('down'), unknown: count('unknown') },
    memory: process.memoryUsage.rss(),
  };
}
