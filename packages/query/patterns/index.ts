/**
 * Log lines enter one after another, clusters of lines that say the same leave, each with a pattern that LogQL's `|>` takes; the log APIs call. Pure, in one pass, with bounded memory.
 */
export type { PatternCluster, PatternMinerOptions } from './pattern-miner.ts';
export { PatternMiner } from './pattern-miner.ts';
