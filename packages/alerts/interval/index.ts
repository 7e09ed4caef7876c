/**
 * Time intervals of routes: YAML nodes enter, functions over milliseconds leave. The configuration reads them, the engine asks them whether a
 * route is muted.
 */
export type { IntervalSpec, TimeRange } from './interval-spec.ts';
export { intervalSpec, specContains, timeRange } from './interval-spec.ts';
export type { Range } from './ranges.ts';
export type { TimeInterval } from './time-interval.ts';
export { namedInterval, timeIntervalOf } from './time-intervals.ts';
export type { WallTime } from './zone.ts';
export { Zone } from './zone.ts';
