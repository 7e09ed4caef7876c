import { parseEngineError } from './clickhouse-error.ts';
import type { NativeConnection, NativeLibrary, NativeResult, NativeStream } from './native-library.ts';

/** Settings and parameters of one request, by name; `param_x` binds `{x:Type}`, `database` is the current database. */
export type SessionState = ReadonlyMap<string, string>;

// Formatting in parallel starts threads for each query, which costs 0.5 ms and gains nothing on two cores; the profiler's
// timers and the query log serve nobody here. `SELEC 1` is an error on a server, not an implicit SELECT.
const BASE_STATE: SessionState = new Map([
  ['output_format_parallel_formatting', '0'],
  ['log_queries', '0'],
  ['query_profiler_real_time_period_ns', '0'],
  ['query_profiler_cpu_time_period_ns', '0'],
  ['implicit_select', '0'],
]);

const MAX_STATE_SIZE = 300;

/**
 * One connection of the engine with the settings that are in force on it. Settings last from query to query, so that a
 * request with the same settings as the one before pays nothing for them.
 */
export class EngineSession {
  #connection: NativeConnection;
  #applied = new Map<string, string>();
  #key = '';

  constructor(
    private readonly library: NativeLibrary,
    private readonly open: () => NativeConnection,
  ) {
    this.#connection = open();
  }

  /** Equal keys: the same state is in force, `prepare` is free. */
  get stateKey(): string {
    return this.#key;
  }

  /** Brings settings, parameters and database to what the request wants. @throws ClickHouseError (115 for an unknown setting) */
  async prepare(wanted: SessionState, key: string): Promise<void> {
    if (key === this.#key && key !== '') return;
    if (this.#applied.size > MAX_STATE_SIZE) this.reset();
    this.#key = '';
    const changes: string[] = [];
    const next = new Map<string, string>(BASE_STATE);
    for (const [name, value] of wanted) next.set(name, value);
    for (const name of this.#applied.keys()) {
      // A parameter that is not wanted may stay: a query that lacks one is refused before it gets here.
      if (!next.has(name) && !name.startsWith('param_') && name !== 'database') changes.push(`${name} = DEFAULT`);
    }
    for (const [name, value] of next) {
      if (name !== 'database' && this.#applied.get(name) !== value) changes.push(`${name} = ${quoteString(value)}`);
    }
    if (changes.length > 0) await this.#execute(`SET ${changes.join(', ')}`);
    for (const name of this.#applied.keys()) {
      if (!next.has(name) && !name.startsWith('param_') && name !== 'database') this.#applied.delete(name);
    }
    for (const [name, value] of next) if (name !== 'database') this.#applied.set(name, value);
    const database = next.get('database') ?? 'default';
    if ((this.#applied.get('database') ?? 'default') !== database) {
      await this.#execute(`USE ${quoteIdentifier(database)}`);
      this.#applied.set('database', database);
    }
    this.#key = key;
  }

  run(sql: string, format: string): Promise<NativeResult> {
    return this.library.QueryAsyncConnection(this.#connection, sql, format);
  }

  stream(sql: string, format: string): NativeStream {
    return this.library.StreamQuery(this.#connection, sql, format);
  }

  /**
   * After a failed statement: the library keeps what that statement had formatted so far and puts it before the next result of the
   * connection. A throw-away query takes it out; where no temporary table has to live on, a fresh connection is surer.
   */
  async recover(keepsSession: boolean): Promise<void> {
    if (!keepsSession) {
      this.reset();
      return;
    }
    try {
      await this.run('SELECT 1', 'TabSeparated');
    } catch {
      this.reset();
    }
  }

  /** A fresh connection: temporary tables, USE and SET of the last user are gone. Only while nothing runs. */
  reset(): void {
    this.library.CloseConnection(this.#connection);
    this.#connection = this.open();
    this.#applied.clear();
    this.#key = '';
  }

  close(): void {
    this.library.CloseConnection(this.#connection);
  }

  async #execute(sql: string): Promise<void> {
    try {
      await this.run(sql, 'Null');
    } catch (error) {
      // Some of the list may be in force already.
      this.reset();
      throw parseEngineError(error);
    }
  }
}

/** A string literal of ClickHouse SQL. */
export function quoteString(value: string): string {
  return `'${value.replace(/[\\']/g, (mark) => `\\${mark}`)}'`;
}

function quoteIdentifier(name: string): string {
  return `\`${name.replace(/[\\`]/g, (mark) => `\\${mark}`)}\``;
}
