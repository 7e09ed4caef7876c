import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ConfigIssue, FileReference, Source } from '@petrel/config';
import { ConfigReading, expandPattern } from '@petrel/config';
import type { Place, Table } from '@petrel/config/schema/schema.ts';
import { isNull, isUsable } from '@petrel/config/schema/schema.ts';
import type { TreeNode } from '@petrel/config/schema/tree.ts';
import { Labels } from '@petrel/model';
import type { ScrapeConfig } from '@petrel/receive';
import { DEFAULT_OTLP_CONFIG, defaultScrapeConfig } from '@petrel/receive';
import type { PetrelConfig } from './config.ts';
import {
  DEFAULT_ALERTING_CONFIG,
  DEFAULT_GLOBAL_CONFIG,
  DEFAULT_LIMITS_CONFIG,
  DEFAULT_LISTEN_CONFIG,
  DEFAULT_LOGS_CONFIG,
  DEFAULT_STORAGE_CONFIG,
} from './config.ts';
import { globalConfig } from './sections/global.ts';
import type { RootSection } from './sections/root.ts';
import { rootConfig, scrapeConfigFile } from './sections/root.ts';
import { duplicateJob } from './sections/scrape.ts';

export interface LoadOptions {
  /** A file that must be there. Without `path` and `text`, petrel.yml in `cwd` is taken if it is there, else the defaults. */
  readonly path?: string;
  /** The content, instead of a file's. With `path` as well, the text counts as that file's content. */
  readonly text?: string;
  readonly cwd: string;
  /** Address `host:port` that the server really listens on, when the command line moved it: the target of the default job. */
  readonly listen?: string;
  /** For `external_labels`; default the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface LoadedConfig {
  readonly config: PetrelConfig;
  /** In the order of the file. */
  readonly warnings: readonly ConfigIssue[];
  /** Not looked at yet: a secret may be written after the server has started. */
  readonly references: readonly FileReference[];
}

const DEFAULT_FILE = 'petrel.yml';

/** Reads, checks and completes a configuration. Throws a ConfigError that holds every error at once. */
export function loadConfig(options: LoadOptions): LoadedConfig {
  const path = options.path ?? (existsSync(join(options.cwd, DEFAULT_FILE)) ? DEFAULT_FILE : undefined);
  if (path === undefined && options.text === undefined) {
    return { config: defaultConfig(options.listen), warnings: [], references: [] };
  }
  const reading = new ConfigReading(options.cwd, options.env ?? process.env);
  const main = reading.open(path, options.text);
  const section = main === undefined ? undefined : decodeMain(main);
  if (section === undefined || main === undefined) throw reading.failure();
  const scrapeConfigs = [...section.scrapeConfigs, ...included(section, main, reading)];
  checkWriters(section, main);
  if (reading.errors.length > 0) throw reading.failure();
  const config = assemble(section, scrapeConfigs, path === undefined ? undefined : resolve(options.cwd, path));
  return { config, warnings: reading.warnings, references: reading.references };
}

/** What runs without any file: Petrel scrapes itself every 15 s. `listen` is the address that it listens on. */
export function defaultConfig(listen: string = DEFAULT_LISTEN_CONFIG.http): PetrelConfig {
  const self: ScrapeConfig = {
    ...defaultScrapeConfig('petrel'),
    scrapeIntervalMs: 15_000,
    staticConfigs: [{ targets: [reachable(listen)], labels: {} }],
  };
  return {
    global: DEFAULT_GLOBAL_CONFIG,
    scrapeConfigs: [self],
    remoteWrite: [],
    externalLabels: Labels.EMPTY,
    otlp: DEFAULT_OTLP_CONFIG,
    ruleFiles: [],
    alerting: DEFAULT_ALERTING_CONFIG,
    storage: DEFAULT_STORAGE_CONFIG,
    logs: DEFAULT_LOGS_CONFIG,
    downsample: [],
    listen: { ...DEFAULT_LISTEN_CONFIG, http: listen },
    limits: DEFAULT_LIMITS_CONFIG,
    features: [],
  };
}

/** An address to listen on is not always one to connect to. */
function reachable(listen: string): string {
  return listen.replace(/^(?:0\.0\.0\.0|\[::\])?(?=:\d+$)/, 'localhost');
}

function decodeMain({ reading, tree }: Source): RootSection | undefined {
  const place: Place = { reading, path: '' };
  // Quietly: the errors of `global` are reported when the whole is decoded.
  const globalNode = tree.kind === 'map' ? tree.entries.get('global')?.value : undefined;
  const quiet = { ...reading, error() {}, warn() {}, refersTo() {} };
  const early =
    globalNode === undefined || isNull(globalNode)
      ? DEFAULT_GLOBAL_CONFIG
      : globalConfig.decode(globalNode, { reading: quiet, path: 'global' });
  const global = isUsable(early) ? early : DEFAULT_GLOBAL_CONFIG;
  return decode(rootConfig(global), tree, place);
}

function decode<T>(type: Table<T>, tree: TreeNode, place: Place): T | undefined {
  const empty: TreeNode = { kind: 'map', position: tree.position, entries: new Map() };
  const section = type.decode(isNull(tree) ? empty : tree, place);
  return isUsable(section) ? section : undefined;
}

/** The jobs of the files that `scrape_config_files` names; a job name must be new among all of them. */
function included(section: RootSection, main: Source, reading: ConfigReading): ScrapeConfig[] {
  const table = scrapeConfigFile(section.global);
  const names = new Set(section.scrapeConfigs.map((job) => job.jobName));
  for (const file of section.scrapeConfigFiles.filter((pattern) => expandPattern(pattern).length === 0)) {
    reportAt(main, 'scrape_config_files', `${file} stands for no file`, 'warn');
  }
  return section.scrapeConfigFiles.flatMap(expandPattern).flatMap((file) => {
    const source = reading.open(file, undefined);
    const jobs = source && decode(table, source.tree, { reading: source.reading, path: '' })?.scrapeConfigs;
    for (const { jobName } of jobs ?? []) {
      if (names.has(jobName)) reportAt(main, 'scrape_config_files', `${duplicateJob(jobName)} (again in ${file})`);
      names.add(jobName);
    }
    return jobs ?? [];
  });
}

/** The receivers at the top and those inside `storage` share their names. */
function checkWriters(section: RootSection, main: Source): void {
  const names = new Set(section.remoteWrite.map((writer) => writer.name).filter((name) => name !== undefined));
  for (const { name } of section.storage.remoteWrite) {
    if (name !== undefined && names.has(name)) {
      reportAt(main, 'storage', `found multiple remote write configs with job name "${name}"`);
    }
  }
}

function reportAt({ reading, tree }: Source, key: string, message: string, as: 'error' | 'warn' = 'error'): void {
  const entry = tree.kind === 'map' ? tree.entries.get(key) : undefined;
  reading[as](entry?.keyPosition ?? tree.position, key, message);
}

function assemble(
  section: RootSection,
  scrapeConfigs: readonly ScrapeConfig[],
  file: string | undefined,
): PetrelConfig {
  return {
    ...(file === undefined ? {} : { file }),
    global: section.global,
    scrapeConfigs,
    remoteWrite: [...section.remoteWrite, ...section.storage.remoteWrite],
    externalLabels: Labels.of(section.global.externalLabels),
    otlp: section.otlp,
    ruleFiles: section.ruleFiles,
    alerting: section.alerting,
    storage: section.storage.config,
    logs: section.logs,
    downsample: section.thanos.downsample,
    ...(section.tracing === undefined ? {} : { tracing: section.tracing }),
    listen: section.listen,
    limits: section.limits,
    features: section.features,
  };
}
