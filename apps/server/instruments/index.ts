/**
 * Petrel's own metrics. Every package declares what it counts through the model's Instruments port and gets it from here; what leaves is
 * the text of /metrics. apps/server creates the one registry.
 */
export { registerProcessMetrics } from './process-metrics.ts';
export { createInstruments, type OwnInstruments } from './registry.ts';
