import type { LogStatsOfQuery } from '@petrel/query/logql/index.ts';
import type { QueryResult } from '@petrel/query/promql/result.ts';

/** What is known of a query's cost; the rest of Loki's statistics is about parts that Petrel does not have, and zero. */
export interface QueryCost {
  readonly linesRead: number;
  readonly bytesRead: number;
  readonly elapsedMs: number;
  readonly returned: number;
}

export function costOfLogs(stats: LogStatsOfQuery, returned: number): QueryCost {
  return { ...stats, returned };
}

export function costOfMetric(
  { stats }: QueryResult,
  { elapsedMs, returned }: Omit<QueryCost, 'linesRead' | 'bytesRead'>,
): QueryCost {
  return { linesRead: stats.samplesLoaded, bytesRead: 0, elapsedMs, returned };
}

/** The `stats` object of Loki's answers, with every key that its clients print. */
export function queryStats({ linesRead, bytesRead, elapsedMs, returned }: QueryCost): object {
  const seconds = elapsedMs / 1000;
  const perSecond = (amount: number): number => (seconds > 0 ? Math.round(amount / seconds) : 0);
  return {
    summary: {
      bytesProcessedPerSecond: perSecond(bytesRead),
      linesProcessedPerSecond: perSecond(linesRead),
      totalBytesProcessed: bytesRead,
      totalLinesProcessed: linesRead,
      execTime: seconds,
      queueTime: 0,
      subqueries: 0,
      totalEntriesReturned: returned,
      splits: 0,
      shards: 0,
      totalPostFilterLines: returned,
      totalStructuredMetadataBytesProcessed: 0,
    },
    querier: { store: storeStats(linesRead, bytesRead) },
    ingester: {
      totalReached: 0,
      totalChunksMatched: 0,
      totalBatches: 0,
      totalLinesSent: 0,
      store: storeStats(0, 0),
    },
    cache: Object.fromEntries(CACHES.map((name) => [name, NO_CACHE])),
    index: { totalChunks: 0, postFilterChunks: 0, shardsDuration: 0 },
  };
}

function storeStats(lines: number, bytes: number): object {
  return {
    totalChunksRef: 0,
    totalChunksDownloaded: 0,
    chunksDownloadTime: 0,
    queryReferencedStructuredMetadata: false,
    chunk: {
      headChunkBytes: 0,
      headChunkLines: 0,
      decompressedBytes: bytes,
      decompressedLines: lines,
      compressedBytes: 0,
      totalDuplicates: 0,
      postFilterLines: 0,
      headChunkStructuredMetadataBytes: 0,
      decompressedStructuredMetadataBytes: 0,
    },
    chunkRefsFetchTime: 0,
    congestionControlLatency: 0,
    pipelineWrapperFilteredLines: 0,
  };
}

const NO_CACHE = {
  entriesFound: 0,
  entriesRequested: 0,
  entriesStored: 0,
  bytesReceived: 0,
  bytesSent: 0,
  requests: 0,
  downloadTime: 0,
  queryLengthServed: 0,
};

const CACHES = [
  'chunk',
  'index',
  'result',
  'statsResult',
  'volumeResult',
  'seriesResult',
  'labelResult',
  'instantMetricResult',
];
