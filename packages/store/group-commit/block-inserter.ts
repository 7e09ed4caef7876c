import type { ClickHouse } from '../clickhouse/connection.ts';
import { isTransient } from '../clickhouse/errors.ts';
import type { NativeColumn } from '../native/encode.ts';
import { type Placement, tableName } from '../schema/tables.ts';

export interface InsertBlock {
  readonly rows: number;
  readonly columns: readonly NativeColumn[];
}

/** Where blocks go; resolves when the table has them, rejects with a PetrelError. A block that comes again under its token is stored once, where the table remembers tokens. */
export interface BlockInserter<Table extends string> {
  insert(table: Table, block: InsertBlock, token: string): Promise<void>;
}

/** Inserts over HTTP, each block as one part a partition. `tokens`: the tables remember tokens on one server too, not only on a cluster. */
export function blockInserter<Table extends string>(
  clickhouse: ClickHouse,
  placement: Placement,
  { tokens }: { readonly tokens: boolean },
): BlockInserter<Table> {
  const settings = {
    // The block is one insert and becomes one part a partition, whatever its size.
    max_insert_block_size: 4_000_000,
    min_insert_block_size_rows: 4_000_000,
    min_insert_block_size_bytes: 1_000_000_000,
    max_partitions_per_insert_block: 0,
    max_insert_threads: 1,
    // One thread reads, sorts and writes the block: handing it from one to another costs 2 to 3 ms of processor time.
    max_threads: 1,
    optimize_on_insert: 0,
    ...(placement.cluster === undefined ? {} : { distributed_foreground_insert: 1 }),
  };
  return {
    insert: (table, { rows, columns }, token) =>
      clickhouse.insert(tableName(placement, table), rows, columns, {
        ...settings,
        ...(tokens || placement.cluster !== undefined ? { insert_deduplication_token: token } : {}),
      }),
  };
}

export interface RetryOptions<Table extends string> {
  readonly inserter: BlockInserter<Table>;
  /** How long a failed insert is tried again. */
  readonly retryForMs: number;
  /** Once true, a failure is final. */
  isStopped(): boolean;
  onRetry(): void;
}

/** Tries an insert again while its failure may pass, under the same token. */
export class RetryingInserter<Table extends string> {
  readonly #options: RetryOptions<Table>;
  #sequence = 0;

  constructor(options: RetryOptions<Table>) {
    this.#options = options;
  }

  async insert(table: Table, block: InsertBlock): Promise<void> {
    const { inserter, retryForMs, isStopped, onRetry } = this.#options;
    const token = `${process.pid}-${startedAt}-${table}-${this.#sequence++}`;
    const deadline = performance.now() + retryForMs;
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
      try {
        return await inserter.insert(table, block, token);
      } catch (error) {
        if (!isTransient(error) || isStopped() || performance.now() + pauseMs > deadline) throw error;
        onRetry();
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }
}

const startedAt = process.hrtime.bigint().toString(36);
