import type { LogFieldView } from '@petrel/api/contract/logs.ts';
import type { RangeMs } from '../data.ts';
import { askFields, askLabelNames, askLabelValues } from '../data.ts';

/** What completion asks the server for. Rejections become empty lists: completion must not disturb. */
export interface Lookups {
  readonly labelNames: () => Promise<readonly string[]>;
  readonly labelValues: (name: string) => Promise<readonly string[]>;
  readonly fields: () => Promise<readonly LogFieldView[]>;
}

const KEPT_MS = 60_000;

/** Asks each question once a minute at most. `range` is asked for at the time of the question. */
export function serverLookups(range: () => RangeMs): Lookups {
  const kept = new Map<string, { readonly atMs: number; readonly answer: Promise<unknown> }>();
  const once = <T>(key: string, none: T, ask: () => Promise<T>): Promise<T> => {
    const last = kept.get(key);
    if (last !== undefined && Date.now() - last.atMs < KEPT_MS) return last.answer as Promise<T>;
    const answer = ask().catch(() => {
      kept.delete(key);
      return none;
    });
    kept.set(key, { atMs: Date.now(), answer });
    return answer;
  };
  return {
    labelNames: () => once('names', [], () => askLabelNames(range())),
    labelValues: (name) => once(`values ${name}`, [], () => askLabelValues(name, range())),
    fields: () => once('fields', [], async () => (await askFields({ query: '', language: 'kql' }, range())).fields),
  };
}
