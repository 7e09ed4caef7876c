import { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { type DecodedBlock, type DecodeOptions, decodeBlocks } from '../native/decode.ts';
import { encodeBlock, type NativeColumn } from '../native/encode.ts';
import { isAborted, readError, writeError } from './errors.ts';
import { joinSql, literal, type Sql, sql } from './sql.ts';

export type Settings = Readonly<Record<string, string | number>>;

export interface ReadOptions extends DecodeOptions {
  readonly signal?: AbortSignal;
  readonly settings?: Settings;
}

/** ClickHouse over HTTP: statements from `sql` templates, rows in and out as Native blocks. */
export class ClickHouse {
  readonly #client: ClickHouseClient;

  constructor(url: string, options: { requestTimeoutMs?: number; maxConnections?: number } = {}) {
    this.#client = createClient({
      url,
      request_timeout: options.requestTimeoutMs ?? 300_000,
      max_open_connections: options.maxConnections ?? 16,
      log: { level: ClickHouseLogLevel.OFF },
      compression: { request: false, response: false },
      // The default closes idle sockets later than a store that was restarted does.
      keep_alive: { enabled: true, idle_socket_ttl: 2_000 },
    });
  }

  async command(statement: Sql, settings: Settings = {}): Promise<void> {
    const { query, params } = statement.render();
    try {
      await this.#client.command({ query, query_params: params, clickhouse_settings: settings });
    } catch (error) {
      throw writeError(error);
    }
  }

  /** Small answers as objects; 64-bit integers come as strings. */
  async rows<T>(statement: Sql, options: { signal?: AbortSignal; settings?: Settings } = {}): Promise<T[]> {
    const { query, params } = statement.render();
    try {
      const answer = await this.#client.query({
        query,
        query_params: params,
        format: 'JSONEachRow',
        clickhouse_settings: { output_format_json_quote_64bit_integers: 1, ...options.settings },
        ...(options.signal === undefined ? {} : { abort_signal: options.signal }),
      });
      return await answer.json<T>();
    } catch (error) {
      throw readError(error, options.signal);
    }
  }

  /** Destroys the request when the signal aborts or the consumer stops early. */
  async *blocks(statement: Sql, options: ReadOptions = {}): AsyncGenerator<DecodedBlock> {
    const { query, params } = sql`${statement} FORMAT Native`.render();
    let stream: Readable | undefined;
    const { signal } = options;
    // One of our own: the client takes over the `onabort` of the signal that it is given, and askers share theirs.
    const controller = new AbortController();
    const abort = () => {
      controller.abort();
      stream?.destroy(new Error('aborted'));
    };
    signal?.addEventListener('abort', abort, { once: true });
    try {
      if (isAborted(undefined, signal)) throw new Error('aborted');
      const answer = await this.#client.exec({
        query,
        query_params: params,
        clickhouse_settings: options.settings ?? {},
        abort_signal: controller.signal,
      });
      const body = answer.stream;
      stream = body;
      yield* decodeBlocks(body, options);
      if (isAborted(undefined, signal)) throw new Error('aborted');
    } catch (error) {
      throw readError(error, signal);
    } finally {
      signal?.removeEventListener('abort', abort);
      stream?.destroy();
    }
  }

  /** Resolves when ClickHouse has answered 200: the rows are in the table. */
  async insert(table: Sql, rows: number, columns: readonly NativeColumn[], settings: Settings = {}): Promise<void> {
    if (rows === 0) return;
    const names = joinSql(
      columns.map((column) => literal(column.name)),
      ', ',
    );
    const { query } = sql`INSERT INTO ${table} (${names}) FORMAT Native`.render();
    try {
      const { stream } = await this.#client.exec({
        query,
        values: Readable.from(joinSmall(encodeBlock(rows, columns)), { objectMode: false }),
        clickhouse_settings: { async_insert: 0, ...settings },
      });
      for await (const _ of stream);
    } catch (error) {
      throw writeError(error);
    }
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}

/** One socket write for the small pieces between the big columns. */
function joinSmall(chunks: readonly Uint8Array[]): Uint8Array[] {
  const out: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  const flush = () => {
    if (small.length > 0) out.push(Buffer.concat(small));
    small = [];
  };
  for (const chunk of chunks) {
    if (chunk.length < 16_384) small.push(chunk);
    else {
      flush();
      out.push(chunk);
    }
  }
  flush();
  return out;
}
