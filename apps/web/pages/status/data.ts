import { useQuery } from '@tanstack/react-query';
import { askApi } from '../../shell/prometheus-api.ts';

export interface NameValue {
  readonly name: string;
  readonly value: number;
}

/** As /api/v1/status/tsdb answers it. */
export interface TsdbStatus {
  readonly headStats: Readonly<Record<string, number>>;
  readonly seriesCountByMetricName: readonly NameValue[];
  readonly labelValueCountByLabelName: readonly NameValue[];
  readonly memoryInBytesByLabelName: readonly NameValue[];
  readonly seriesCountByLabelValuePair: readonly NameValue[];
}

export interface ServerStatus {
  readonly runtime: Readonly<Record<string, unknown>>;
  readonly build: Readonly<Record<string, string>>;
  readonly flags: Readonly<Record<string, string>>;
  readonly config: string;
}

export function useServerStatus() {
  return useQuery({
    queryKey: ['status'],
    refetchInterval: 15_000,
    queryFn: async ({ signal }): Promise<ServerStatus> => {
      const [runtime, build, flags, config] = await Promise.all([
        askApi<ServerStatus['runtime']>('status/runtimeinfo', undefined, signal),
        askApi<ServerStatus['build']>('status/buildinfo', undefined, signal),
        askApi<ServerStatus['flags']>('status/flags', undefined, signal),
        askApi<{ yaml: string }>('status/config', undefined, signal),
      ]);
      return { runtime: runtime.data, build: build.data, flags: flags.data, config: config.data.yaml };
    },
  });
}

export function useTsdbStatus() {
  return useQuery({
    queryKey: ['status', 'tsdb'],
    refetchInterval: 15_000,
    queryFn: async ({ signal }) => (await askApi<TsdbStatus>('status/tsdb', undefined, signal)).data,
  });
}

/** What /api/v1/status/runtimeinfo and buildinfo answer for the sake of clients that expect a Go program means nothing to a reader. */
const MEANINGLESS = /^(go|GO)|^corruptionCount$|^build(User|Date)$/;

/** Rows that say something, times in the reader's time zone. */
export function readableRows(record: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  return Object.entries(record)
    .filter(([name, value]) => value !== '' && !MEANINGLESS.test(name))
    .map(([name, value]) => [name, readable(name, value)]);
}

function readable(name: string, value: unknown): string {
  if (/^(min|max)Time$/.test(name) && typeof value === 'number') return new Date(value).toLocaleString('sv-SE');
  if (/Time$/.test(name) && typeof value === 'string') return new Date(value).toLocaleString('sv-SE');
  if (typeof value === 'number') return value.toLocaleString('en-US');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function figures(list: readonly NameValue[]): readonly (readonly [string, string])[] {
  return list.map(({ name, value }) => [name, value.toLocaleString('en-US')]);
}
