/**
 * Service discovery: the discovery parts of scrape configurations enter, groups of targets with their `__meta_*` labels leave
 * through `onTargets`, job by job. The scrape manager and the server's forwarding of alerts call.
 */
export type { DnsResolver } from './dns.ts';
export type { DiscoveredGroup } from './group.ts';
export type { DiscoveryConfig, DiscoveryManagerOptions } from './manager.ts';
export { DiscoveryManager } from './manager.ts';
