import { ClickHouseError } from './clickhouse-error.ts';

export interface RunningQuery {
  readonly queryId: string;
  /** Stands as a comment in the query's text, so that the engine's process list can name it: the library chooses the ids there itself. */
  readonly marker: string;
  readonly abort: AbortController;
  /** Set for what writes: its client may go away without stopping it. */
  outlivesClient: boolean;
}

/** The queries under way, by the id that the client knows. */
export class QueryRegistry {
  readonly #running = new Map<string, RunningQuery>();
  #sequence = 0;

  constructor(private readonly kill: (marker: string) => Promise<void>) {}

  get size(): number {
    return this.#running.size;
  }

  /** @throws ClickHouseError 216 when the id is in use */
  begin(queryId: string): RunningQuery {
    if (this.#running.has(queryId)) {
      throw new ClickHouseError(
        216,
        'QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING',
        `Query with id = ${queryId} is already running.`,
      );
    }
    const query = {
      queryId,
      marker: `petrel:${process.pid}:${++this.#sequence}`,
      abort: new AbortController(),
      outlivesClient: false,
    };
    this.#running.set(queryId, query);
    return query;
  }

  end(query: RunningQuery): void {
    this.#running.delete(query.queryId);
  }

  /** Takes it from the queue, or asks the engine to stop it. False when no such query runs. */
  async cancel(queryId: string): Promise<boolean> {
    const query = this.#running.get(queryId);
    if (query === undefined) return false;
    query.abort.abort();
    await this.kill(query.marker);
    return true;
  }

  cancelAll(): Promise<unknown> {
    return Promise.allSettled([...this.#running.keys()].map((queryId) => this.cancel(queryId)));
  }
}
