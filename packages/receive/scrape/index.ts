/**
 * Scraping: scrape configurations enter through `ScrapeManager.apply`, samples leave through the sink, and the status surface
 * tells how every target is. apps/server builds the manager; packages/api asks the status.
 */
export type { TargetHealth } from './loop.ts';
export type { ActiveTarget, ScrapeManagerOptions, TargetMetadataRow } from './manager.ts';
export { ScrapeManager } from './manager.ts';
export type { DroppedTarget } from './pool.ts';
