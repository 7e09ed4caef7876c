import { list, where } from '@petrel/config/schema/composite.ts';
import { boolean, duration, float, integer, size, string } from '@petrel/config/schema/scalars.ts';
import type { TableReport, Type } from '@petrel/config/schema/schema.ts';
import { accepted, field, optional, refuse, required, table } from '@petrel/config/schema/schema.ts';
import type { RemoteWriteConfig } from '@petrel/receive';
import type { DownsampleConfig, StorageConfig } from '../config.ts';
import { DEFAULT_STORAGE_CONFIG } from '../config.ts';
import { remoteWrites } from './remote-write.ts';

interface Retention {
  readonly time?: number;
  readonly size?: number;
  readonly percentage?: number;
}

const retentionTime: Type<number> = duration;
const retentionSize: Type<number> = where(size, (bytes) =>
  bytes < 0 ? "'storage.tsdb.retention.size' must be greater than or equal to 0" : undefined,
);
const percentage: Type<number> = where(float, (value) =>
  value >= 0 && value <= 100 ? undefined : "'storage.tsdb.retention.percentage' must be in the range [0, 100]",
);

const retention = table<Retention>('retention', {
  time: optional('time', retentionTime, 'Older samples are deleted; default 15d.'),
  size: optional('size', retentionSize, 'Beyond this size the oldest go; 0: no limit.'),
  percentage: optional('percentage', percentage, 'The same as a share of the disk.'),
});

const chunkEncoding = table<{ readonly floats?: string }>('chunk_encoding', {
  floats: optional(
    'floats',
    {
      name: 'encoding',
      choices: ['xor', 'xor2'],
      decode: (node, place) =>
        node.kind === 'scalar' && /^xor2?$/.test(node.text)
          ? node.text
          : refuse(
              node,
              place,
              `'storage.tsdb.chunk_encoding.floats' must be 'xor' or 'xor2', or the field must be omitted entirely, got "${node.kind === 'scalar' ? node.text : node.kind}"`,
            ),
      encode: (value) => value,
    },
    'Not used: the store has its own encoding.',
  ),
});

interface TsdbSection {
  readonly retention?: Retention;
  readonly dottedTime?: number;
  readonly dottedSize?: number;
  readonly dottedPercentage?: number;
  readonly outOfOrderTimeWindowMs?: number;
}

const tsdb = table<TsdbSection>(
  'tsdb',
  {
    retention: optional('retention', retention, 'What is deleted when.'),
    dottedTime: optional('retention.time', retentionTime, 'The same as `time` inside `retention`.'),
    dottedSize: optional('retention.size', retentionSize, 'The same as `size` inside `retention`.'),
    dottedPercentage: optional('retention.percentage', percentage, 'The same as `percentage` inside `retention`.'),
    outOfOrderTimeWindowMs: optional(
      'out_of_order_time_window',
      duration,
      'Accepted: late samples are taken as far back as the retention goes.',
    ),
  },
  {
    accepted: {
      stale_series_compaction_threshold: accepted(float, 'Not used.'),
      chunk_encoding: accepted(chunkEncoding, 'Not used: the store has its own encoding.'),
    },
    check(section, report) {
      const twice = (key: keyof Retention, dotted: number | undefined) => {
        if (section.retention?.[key] !== undefined && dotted !== undefined) {
          report.error(`retention.${key}`, `retention.${key} is given twice: here and inside retention`);
        }
      };
      twice('time', section.dottedTime);
      twice('size', section.dottedSize);
      twice('percentage', section.dottedPercentage);
    },
  },
);

const exemplars = table<{ readonly maxExemplars?: number }>('exemplars', {
  maxExemplars: optional('max_exemplars', integer(-1), 'Accepted: exemplars are kept as long as samples.'),
});

interface StorageSection {
  readonly tsdb?: TsdbSection;
  readonly exemplars?: { readonly maxExemplars?: number };
  readonly remoteWrite: readonly RemoteWriteConfig[];
  readonly fsyncAfterInsert: boolean;
}

/** `storage` as it is used: the settings, and the receivers that may be written inside it. */
export interface Storage {
  readonly config: StorageConfig;
  readonly remoteWrite: readonly RemoteWriteConfig[];
}

const storageTable = table<StorageSection, Storage>(
  'storage',
  {
    tsdb: optional('tsdb', tsdb, 'Retention.'),
    exemplars: optional('exemplars', exemplars, 'Exemplars.'),
    remoteWrite: field('remote_write', remoteWrites, [], 'The same as `remote_write` at the top.'),
    fsyncAfterInsert: field(
      'fsync_after_insert',
      boolean,
      false,
      'Acknowledge only what has reached the disk: safe against power failure, and slower.',
    ),
  },
  { finish: (section) => ({ config: merge(section), remoteWrite: section.remoteWrite }) },
);

/** Shown in Prometheus's nested form; the receivers inside are shown with the others. */
export const storage: Type<Storage> = {
  ...storageTable,
  encode: ({ config }) => ({
    tsdb: {
      retention: {
        time: duration.encode(config.retentionTimeMs),
        ...(config.retentionSizeBytes > 0 ? { size: size.encode(config.retentionSizeBytes) } : {}),
        ...(config.retentionPercentage > 0 ? { percentage: config.retentionPercentage } : {}),
      },
      ...(config.outOfOrderTimeWindowMs > 0
        ? { out_of_order_time_window: duration.encode(config.outOfOrderTimeWindowMs) }
        : {}),
    },
    ...(config.maxExemplars > 0 ? { exemplars: { max_exemplars: config.maxExemplars } } : {}),
    ...(config.fsyncAfterInsert ? { fsync_after_insert: true } : {}),
  }),
};

function merge({ tsdb: section = {}, exemplars: ex = {}, fsyncAfterInsert }: StorageSection): StorageConfig {
  const defaults = DEFAULT_STORAGE_CONFIG;
  return {
    // As in Prometheus, 0 means the default.
    retentionTimeMs: (section.retention?.time ?? section.dottedTime ?? 0) || defaults.retentionTimeMs,
    retentionSizeBytes: section.retention?.size ?? section.dottedSize ?? defaults.retentionSizeBytes,
    retentionPercentage: section.retention?.percentage ?? section.dottedPercentage ?? defaults.retentionPercentage,
    outOfOrderTimeWindowMs: section.outOfOrderTimeWindowMs ?? defaults.outOfOrderTimeWindowMs,
    maxExemplars: Math.max(0, ex.maxExemplars ?? defaults.maxExemplars),
    fsyncAfterInsert,
  };
}

const downsampleStep = table<DownsampleConfig>(
  'downsample',
  {
    resolutionMs: required('resolution', duration, 'Distance of the points.'),
    retentionMs: required('retention', duration, 'How long they are kept.'),
  },
  { check: (step, report) => checkStep(step, report) },
);

function checkStep({ resolutionMs, retentionMs }: DownsampleConfig, report: TableReport): void {
  if (resolutionMs === 0) report.error('resolution', 'the resolution must be more than 0');
  if (retentionMs < resolutionMs) report.error('retention', 'the retention is shorter than the resolution');
}

/** Thanos's word for rollups; only this part of it is Petrel's. */
export const thanos = table<{ readonly downsample: readonly DownsampleConfig[] }>('thanos', {
  downsample: field('downsample', list(downsampleStep), [], 'Rollups: resolution and how long each is kept.'),
});

/** Lists the keys of a block that is accepted whole. */
export const runtime = table<{ readonly gogc?: string }>('runtime', { gogc: optional('gogc', string, 'Not used.') });
