/**
 * alertmanager.yml: a file or text enters, a checked and completed RoutingConfig leaves, with everything that is wrong or worth knowing and its place.
 * The server loads and reloads it, `petrel check alertmanager` looks at it.
 */
export type { Receiver, ReceiverIntegration, RoutingConfig } from './config.ts';
export type { GlobalConfig } from './global.ts';
export { DEFAULT_GLOBAL } from './global-section.ts';
export type { LoadedRoutingConfig, LoadRoutingOptions } from './load.ts';
export { loadRoutingConfig } from './load.ts';
