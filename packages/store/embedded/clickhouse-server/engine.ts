import { ClickHouseError, parseEngineError } from './clickhouse-error.ts';
import { EngineSession, quoteString } from './engine-session.ts';
import { HttpSessions } from './http-sessions.ts';
import { loadNativeLibrary, type NativeLibrary, type NativeStream } from './native-library.ts';
import { QueryRegistry, type RunningQuery } from './query-registry.ts';
import type { RequestOptions } from './request.ts';
import { SessionPool } from './session-pool.ts';
import type { Spool } from './spool.ts';
import { changesSession, isReading, parseStatement, type Statement } from './statement.ts';

export interface EngineOptions {
  /** chdb's own loader. */
  readonly loaderPath: string;
  readonly path: string;
  readonly configFile: string;
  readonly sessions: number;
  readonly spool: Spool;
}

/** What a statement did, as far as the library tells: it counts the rows of the result, not those that were read for it. */
export interface Outcome {
  readonly bytes: Buffer;
  readonly format: string;
  readonly elapsedSeconds: number;
  readonly resultRows: number;
  readonly writtenRows: number;
  readonly writtenBytes: number;
}

/** Where an answer goes. `stream` is given the first piece and pulls the others; its promise ends when the client has all of it. */
export interface Answer {
  complete(outcome: Outcome): void;
  stream(format: string, first: Buffer, rest: AsyncIterable<Buffer>): Promise<void>;
}

// Formats whose pieces may be put one behind the other.
const STREAMABLE = new Set(
  'Native RowBinary TabSeparated TSV TabSeparatedRaw TSVRaw CSV JSONEachRow JSONLines NDJSON JSONStringsEachRow JSONCompactEachRow JSONCompactStringsEachRow LineAsString RawBLOB MsgPack'.split(
    ' ',
  ),
);

// An INSERT's statement stands before its rows; ClickHouse bounds what it parses (max_query_size) to 256 KB.
const HEAD_BYTES = 1 << 20;

/** chDB on one data directory: statements in, bytes out. */
export class Engine {
  readonly registry: QueryRegistry;
  readonly version: string;
  readonly #pool: SessionPool;
  readonly #httpSessions: HttpSessions;
  /** Never runs a request, so that it is free to stop one. */
  readonly #control: EngineSession;

  private constructor(
    private readonly library: NativeLibrary,
    private readonly options: EngineOptions,
    control: EngineSession,
    version: string,
  ) {
    const open = () => this.#openSession();
    this.#control = control;
    this.version = version;
    this.#pool = new SessionPool({ size: options.sessions, reservedForInserts: 1, maxWaiting: 1000, open });
    this.#httpSessions = new HttpSessions(open);
    this.registry = new QueryRegistry(async (marker) => {
      const parts = marker.split(':');
      // Built from two literals: the KILL itself must not hold the marker in its own text.
      const pattern = `concat(${quoteString(`${parts[0]}:${parts[1]}:`)}, ${quoteString(`${parts[2]}*/`)})`;
      await this.#control.run(`KILL QUERY WHERE position(query, ${pattern}) > 0 ASYNC`, 'Null');
    });
  }

  static async open(options: EngineOptions): Promise<Engine> {
    const library = loadNativeLibrary(options.loaderPath);
    const control = new EngineSession(library, () => library.CreateConnection(options.path, engineArguments(options)));
    const { bytes } = await control.run('SELECT version()', 'TabSeparatedRaw');
    return new Engine(library, options, control, bytes.toString().trim());
  }

  /** Runs one request. @throws ClickHouseError; once `answer.stream` was called, errors end that stream instead */
  async execute(request: RequestOptions, body: readonly Buffer[], query: RunningQuery, answer: Answer): Promise<void> {
    const { head, chunks, isWhole } = headOf(request.query, body);
    const statement = decodeStatement(head, chunks, isWhole);
    if ((request.method === 'GET' || request.method === 'HEAD') && !isReading(statement)) {
      throw new ClickHouseError(
        164,
        'READONLY',
        `${request.method} requests are read only: Cannot execute query in readonly mode.`,
      );
    }
    refuseMissingParameters(statement, request);
    query.outlivesClient = !isReading(statement);
    if (statement.kind === 'kill') return this.#kill(statement.queryId, request, answer);
    const work = (session: EngineSession) => this.#runOn(session, { request, statement, chunks, query, answer });
    if (request.sessionId !== undefined) return this.#httpSessions.use(request.sessionId, request, work);
    const forInsert = statement.kind === 'insert' || statement.kind === 'insertFromInput';
    await this.#pool.use({ forInsert, key: request.stateKey, signal: query.abort.signal }, async (session) => {
      try {
        await work(session);
      } finally {
        if (changesSession(statement)) session.reset();
      }
    });
  }

  async close(): Promise<void> {
    // A connection that is closed under its query takes the library down.
    for (let waits = 0; this.registry.size > 0 && waits < 80; waits++) {
      if (waits % 20 === 0) await this.registry.cancelAll();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.#httpSessions.close();
    this.#pool.close();
    this.#control.close();
    this.options.spool.close();
  }

  #openSession(): EngineSession {
    return new EngineSession(this.library, () =>
      this.library.CreateConnection(this.options.path, engineArguments(this.options)),
    );
  }

  async #runOn(session: EngineSession, job: Job): Promise<void> {
    const { request, statement, query, answer } = job;
    try {
      await session.prepare(request.state, request.stateKey);
      if (query.abort.signal.aborted) throw new ClickHouseError(394, 'QUERY_WAS_CANCELLED', 'Query was cancelled.');
      if (statement.kind === 'insert' || statement.kind === 'insertFromInput') {
        answer.complete(await this.#insert(session, statement, job));
      } else if (statement.kind === 'query') {
        const sql = `${statement.text}\n/*${query.marker}*/`;
        const format = statement.format ?? request.defaultFormat;
        if (statement.plain && STREAMABLE.has(format) && !request.waitEndOfQuery)
          await this.#stream(session, sql, format, job);
        else answer.complete(outcomeOf(await session.run(sql, format), format));
      } else answer.complete(NOTHING);
    } catch (error) {
      await session.recover(request.sessionId !== undefined);
      throw parseEngineError(error);
    }
  }

  async #insert(session: EngineSession, statement: DataStatement, job: Job): Promise<Outcome> {
    const rows = chunksFrom(job.chunks, statement.dataStart);
    if (rows.every((chunk) => chunk.length === 0)) return { ...NOTHING, format: job.request.defaultFormat };
    const file = this.options.spool.write(rows);
    try {
      const path = quoteString(file.path);
      const marker = `/*${job.query.marker}*/`;
      const sql =
        statement.kind === 'insert'
          ? `${toUtf8(statement.head)} ${marker} FROM INFILE ${path} ${toUtf8(statement.settings)} FORMAT ${statement.format}`
          : `${toUtf8(statement.before)} file(${path}, ${statement.format}, ${toUtf8(statement.structure)}) ${toUtf8(statement.after)} ${marker}`;
      const result = await session.run(sql, 'Null');
      const { elapsed, rowsRead, bytesRead } = result;
      const counts = { resultRows: 0, writtenRows: rowsRead, writtenBytes: bytesRead };
      return { bytes: result.bytes, format: job.request.defaultFormat, elapsedSeconds: elapsed, ...counts };
    } finally {
      file.remove();
    }
  }

  async #stream(session: EngineSession, sql: string, format: string, job: Job): Promise<void> {
    const startedMs = performance.now();
    const stream = session.stream(sql, format);
    let finished = false;
    let underWay: Promise<unknown> = Promise.resolve();
    const fetchNext = async () => {
      try {
        const chunk = await this.library.StreamFetch(stream);
        finished = chunk.done;
        return chunk;
      } catch (error) {
        finished = true;
        throw parseEngineError(error);
      }
    };
    const fetch = () => {
      const fetching = fetchNext();
      underWay = fetching.catch(() => undefined);
      return fetching;
    };
    try {
      // A result that fits into one piece is answered with its length; errors up to here have their own status.
      const first = await fetch();
      const second = first.done ? first : await fetch();
      if (second.done) {
        const elapsedSeconds = (performance.now() - startedMs) / 1000;
        const bytes = first.done ? EMPTY : first.bytes;
        job.answer.complete({ ...NOTHING, bytes, format, elapsedSeconds, resultRows: first.done ? 0 : first.numRows });
        return;
      }
      await job.answer.stream(format, first.bytes, restOf(second.bytes, fetch, job.query.abort.signal));
    } finally {
      // Cancelling under a fetch would pull the stream from under the library's thread.
      await underWay;
      if (!finished) {
        this.#cancelStream(stream);
        await session.recover(job.request.sessionId !== undefined);
      }
    }
  }

  #cancelStream(stream: NativeStream): void {
    try {
      this.library.StreamCancel(stream);
    } catch {
      // The engine has let go of it already.
    }
  }

  async #kill(queryId: string, request: RequestOptions, answer: Answer): Promise<void> {
    const found = await this.registry.cancel(queryId);
    const row = `${found ? 'waiting' : ''}\t${queryId}\tdefault\t\n`;
    const tabbed = /^(?:TSV|TabSeparated)/.test(request.defaultFormat);
    answer.complete({ ...NOTHING, bytes: found && tabbed ? Buffer.from(row) : EMPTY, format: request.defaultFormat });
  }
}

type DataStatement = Extract<Statement, { kind: 'insert' | 'insertFromInput' }>;

interface Job {
  readonly request: RequestOptions;
  readonly statement: Statement;
  readonly chunks: readonly Buffer[];
  readonly query: RunningQuery;
  readonly answer: Answer;
}

const EMPTY = Buffer.alloc(0);
const NOTHING: Outcome = {
  bytes: EMPTY,
  format: 'TabSeparated',
  elapsedSeconds: 0,
  resultRows: 0,
  writtenRows: 0,
  writtenBytes: 0,
};

function engineArguments(options: EngineOptions): string[] {
  return [`--config-file=${options.configFile}`];
}

function outcomeOf(result: { bytes: Buffer; elapsed: number; rowsRead: number }, format: string): Outcome {
  return { ...NOTHING, bytes: result.bytes, format, elapsedSeconds: result.elapsed, resultRows: result.rowsRead };
}

/** The engine works on the next piece while this one is on its way to the client. */
async function* restOf(
  second: Buffer,
  fetch: () => Promise<{ done: boolean; bytes: Buffer }>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let next = fetch();
  next.catch(() => undefined);
  yield second;
  for (;;) {
    const chunk = await next;
    if (chunk.done) return;
    // Ending quietly would make a part of the result look like all of it.
    if (signal.aborted) throw new ClickHouseError(394, 'QUERY_WAS_CANCELLED', 'Query was cancelled.');
    next = fetch();
    next.catch(() => undefined);
    yield chunk.bytes;
  }
}

/** The text before the rows as Latin-1, so that positions in it are positions in the bytes. */
function headOf(
  query: string | undefined,
  body: readonly Buffer[],
): { head: string; chunks: Buffer[]; isWhole: boolean } {
  const chunks = query === undefined ? [...body] : [Buffer.from(body.length > 0 ? `${query}\n` : query), ...body];
  let head = '';
  for (const chunk of chunks) {
    head += chunk.toString('latin1', 0, Math.min(chunk.length, HEAD_BYTES - head.length));
    if (head.length >= HEAD_BYTES) break;
  }
  return { head, chunks, isWhole: chunks.reduce((sum, chunk) => sum + chunk.length, 0) <= HEAD_BYTES };
}

function decodeStatement(head: string, chunks: readonly Buffer[], isWhole: boolean): Statement {
  const statement = parseStatement(head);
  if (statement.kind !== 'query') return statement;
  // Not an INSERT with rows: the whole text goes to the engine, as UTF-8.
  return isWhole
    ? { ...statement, text: toUtf8(statement.text) }
    : parseStatement(Buffer.concat(chunks).toString('utf8'));
}

function toUtf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

function chunksFrom(chunks: readonly Buffer[], start: number): Buffer[] {
  const rest: Buffer[] = [];
  let skip = start;
  for (const chunk of chunks) {
    if (skip < chunk.length) rest.push(chunk.subarray(skip));
    skip = Math.max(0, skip - chunk.length);
  }
  return rest;
}

function refuseMissingParameters(statement: Statement, request: RequestOptions): void {
  if (statement.kind !== 'query' || request.sessionId !== undefined) return;
  const missing = statement.placeholders.find((name) => !request.state.has(`param_${name}`));
  if (missing === undefined) return;
  throw new ClickHouseError(456, 'UNKNOWN_QUERY_PARAMETER', `Substitution \`${missing}\` is not set.`);
}
