import { hash64, Labels } from '@petrel/model';
import type { ScrapeConfig } from '../config.ts';
import type { DiscoveredGroup } from '../discovery/index.ts';
import type { Relabel } from '../relabel/index.ts';
import { formatDuration, parseDuration } from './duration.ts';

/** A place to scrape, after relabelling. */
export interface Target {
  /** Equal exactly for equal targets: labels, the internal ones included, and URL. */
  readonly key: string;
  /** Before relabelling, `__meta_*` and the defaults (`job`, `__scheme__` …) included. */
  readonly discoveredLabels: Labels;
  /** What every series gets: without the names that begin with `__`. */
  readonly labels: Labels;
  readonly url: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

export type TargetOutcome =
  | { readonly kind: 'target'; readonly target: Target }
  | { readonly kind: 'dropped'; readonly discoveredLabels: Labels }
  | { readonly kind: 'invalid'; readonly discoveredLabels: Labels; readonly reason: string };

/** Turns what discovery found into targets, in Prometheus's order: defaults, relabelling, checks, `instance`. */
export function targetsOf(config: ScrapeConfig, relabel: Relabel, groups: readonly DiscoveredGroup[]): TargetOutcome[] {
  return groups.flatMap((group) =>
    group.targets.map((own) => {
      const discoveredLabels = Labels.from(withDefaults(config, { ...group.labels, ...own }));
      const relabelled = relabel(discoveredLabels);
      if (relabelled === undefined || relabelled.size === 0) return { kind: 'dropped', discoveredLabels };
      const made = makeTarget(config, discoveredLabels, relabelled);
      return typeof made === 'string'
        ? { kind: 'invalid', discoveredLabels, reason: made }
        : { kind: 'target', target: made };
    }),
  );
}

function withDefaults(config: ScrapeConfig, found: Record<string, string>): [string, string][] {
  const defaults: Record<string, string> = {
    job: config.jobName,
    __scrape_interval__: formatDuration(config.scrapeIntervalMs),
    __scrape_timeout__: formatDuration(config.scrapeTimeoutMs),
    __metrics_path__: config.metricsPath,
    __scheme__: config.scheme,
  };
  const merged = { ...found };
  for (const [name, value] of Object.entries(defaults)) merged[name] ||= value;
  for (const [name, [value]] of Object.entries(config.params)) {
    if (value !== undefined) merged[`__param_${name}`] ||= value;
  }
  return Object.entries(merged);
}

/** The target, or why there can be none. */
function makeTarget(config: ScrapeConfig, discoveredLabels: Labels, relabelled: Labels): Target | string {
  const address = relabelled.get('__address__');
  if (address === '') return 'no address';
  if (address.includes('/')) return `"${address}" is not a valid hostname`;
  const interval = relabelled.get('__scrape_interval__');
  const intervalMs = parseDuration(interval);
  if (intervalMs === undefined) return `error parsing scrape interval: not a valid duration string: "${interval}"`;
  if (intervalMs === 0) return 'scrape interval cannot be 0';
  const timeout = relabelled.get('__scrape_timeout__');
  const timeoutMs = parseDuration(timeout);
  if (timeoutMs === undefined) return `error parsing scrape timeout: not a valid duration string: "${timeout}"`;
  if (timeoutMs === 0) return 'scrape timeout cannot be 0';
  if (timeoutMs > intervalMs) {
    return `scrape timeout cannot be greater than scrape interval ("${timeout}" > "${interval}")`;
  }
  const url = targetUrl(config, relabelled, address);
  if (url === undefined) return `"${address}" is not a valid hostname`;
  const full = relabelled.has('instance') ? relabelled : relabelled.with('instance', address);
  const kept: string[] = [];
  const shown: string[] = [];
  for (const [name, value] of full) {
    if (!name.startsWith('__meta_')) kept.push(name, value);
    if (!name.startsWith('__')) shown.push(name, value);
  }
  return {
    key: `${Labels.fromSortedPairs(kept).key}\n${url}`,
    discoveredLabels,
    labels: Labels.fromSortedPairs(shown),
    url,
    intervalMs,
    timeoutMs,
  };
}

function targetUrl(config: ScrapeConfig, labels: Labels, address: string): string | undefined {
  const params = new Map(Object.entries(config.params).map(([name, values]) => [name, [...values]]));
  for (const [name, value] of labels) {
    if (!name.startsWith('__param_')) continue;
    const key = name.slice('__param_'.length);
    const values = params.get(key);
    if (values === undefined || values.length === 0) params.set(key, [value]);
    else values[0] = value;
  }
  const query = new URLSearchParams();
  for (const name of [...params.keys()].sort()) for (const value of params.get(name) ?? []) query.append(name, value);
  const path = labels.get('__metrics_path__') || '/metrics';
  const escaped = encodeURI(path).replaceAll('?', '%3F').replaceAll('#', '%23').replaceAll('%25', '%');
  const rooted = escaped.startsWith('/') ? escaped : `/${escaped}`;
  const search = query.toString();
  const text = `${labels.get('__scheme__')}://${address}${rooted}${search === '' ? '' : `?${search}`}`;
  return URL.canParse(text) ? text : undefined;
}

/**
 * How long to wait for the first scrape: each target has its own place within the interval, by hash, so that the load is
 * even and a restart keeps the rhythm.
 */
export function firstDelayMs(target: Target, nowMs: number, seed: string): number {
  const bytes = Buffer.from(`${seed}\n${target.key}`, 'utf8');
  const hash = new Uint32Array(2);
  hash64(bytes, 0, bytes.length, hash);
  const place = Number(((BigInt(hash[0] as number) << 32n) | BigInt(hash[1] as number)) % BigInt(target.intervalMs));
  return (((place - nowMs) % target.intervalMs) + target.intervalMs) % target.intervalMs;
}
