import { type Logger, PetrelError } from '@petrel/model';
import pg from 'pg';
import type { PgStatement } from './pg-sql.ts';

/** What runs a statement: the pool, or one connection inside a transaction. */
export interface PgQueries {
  /** Rows as `pg` reads them: bytea as Buffer, jsonb parsed, timestamptz as Date, bigint as string. */
  rows<T>(statement: PgStatement): Promise<T[]>;
}

/** PostgreSQL behind a small pool. Everything rejects with PetrelError STORE_UNAVAILABLE, or INTERNAL where the statement is wrong. */
export class PgDatabase implements PgQueries {
  readonly #pool: pg.Pool;

  constructor(url: string, logger: Logger) {
    this.#pool = new pg.Pool({ connectionString: url, max: 8, connectionTimeoutMillis: 5_000, allowExitOnIdle: true });
    // A connection that breaks while idle; the next query opens another.
    this.#pool.on('error', (error) => logger.warn('a control store connection broke', { error: error.message }));
  }

  async rows<T>({ text, values }: PgStatement): Promise<T[]> {
    try {
      return (await this.#pool.query(text, [...values])).rows as T[];
    } catch (error) {
      throw controlError(error);
    }
  }

  /** Commits when `work` resolves, rolls back when it rejects. */
  async transaction<T>(work: (queries: PgQueries) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw controlError(error);
    });
    // Without a listener a connection that the server ends during `work` would end the process.
    const broken = () => {};
    client.on('error', broken);
    let failed: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work({
        rows: async <R>({ text, values }: PgStatement) => (await client.query(text, [...values])).rows as R[],
      });
      await client.query('COMMIT');
      return result;
    } catch (error) {
      failed = error as Error;
      await client.query('ROLLBACK').catch(() => {});
      throw controlError(error);
    } finally {
      client.off('error', broken);
      client.release(failed);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

function controlError(error: unknown): PetrelError {
  if (error instanceof PetrelError) return error;
  const { code, message } = error as { code?: string; message?: string };
  const text = message || String(code);
  // Class 53: out of disk, memory, connections.
  if (code === '53100') {
    return new PetrelError('STORE_DISK_FULL', 'the disk of the control store is full', {
      cause: error,
      retryAfterMs: 30_000,
    });
  }
  // Classes 22, 23 and 42 are mistakes in a statement or its values, which no waiting repairs.
  if (code !== undefined && /^(22|23|42)/.test(code)) {
    return new PetrelError('INTERNAL', `the control store refused a statement: ${text}`, { cause: error });
  }
  return new PetrelError('STORE_UNAVAILABLE', `the control store did not answer: ${text}`, {
    cause: error,
    retryAfterMs: 2_000,
  });
}
