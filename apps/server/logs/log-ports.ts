import { PetrelError } from '@petrel/model';
import type { LogqlEngine, LogSource } from '@petrel/query/logql';
import type { Readiness } from '../readiness.ts';
import type { Logs } from './open-logs.ts';

/** Logs as the API takes them: looked up at each call, because the API listens before the stores are open. Everything answers STORE_UNAVAILABLE until they are. */
export function logPorts(
  opened: () => Logs | undefined,
  readiness: Readiness,
): { readonly engine: LogqlEngine; readonly source: LogSource } {
  const logs = (): Logs => {
    const found = opened();
    if (found === undefined) throw new PetrelError('STORE_UNAVAILABLE', readiness.reason, { retryAfterMs: 1000 });
    return found;
  };
  return {
    engine: {
      logs: async (request) => logs().engine.logs(request),
      lines: (request) => logs().engine.lines(request),
      histogram: async (request) => logs().engine.histogram(request),
      instant: async (request) => logs().engine.instant(request),
      range: async (request) => logs().engine.range(request),
    },
    source: {
      select: (request) => logs().store.select(request),
      count: async (request) => logs().store.count(request),
      streams: async (...args) => logs().store.streams(...args),
      labelNames: async (...args) => logs().store.labelNames(...args),
      labelValues: async (...args) => logs().store.labelValues(...args),
      stats: async (...args) => logs().store.stats(...args),
    },
  };
}
