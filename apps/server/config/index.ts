/**
 * The configuration: a petrel.yml (or prometheus.yml) enters, one typed value with every default filled in leaves, or all that
 * is wrong with file, line and column. The server's start, its reload and `petrel check config` call it.
 */
export type {
  AlertingConfig,
  AlertmanagerConfig,
  DownsampleConfig,
  Feature,
  GlobalConfig,
  LimitsConfig,
  ListenConfig,
  PetrelConfig,
  StorageConfig,
  TracingConfig,
} from './config.ts';
export { FEATURES } from './config.ts';
export type { LoadedConfig, LoadOptions } from './load.ts';
export { defaultConfig, loadConfig } from './load.ts';
export type { ConfigApplier, Reloader, ReloaderOptions } from './reload.ts';
export { createReloader } from './reload.ts';
export { toYaml } from './to-yaml.ts';
