import { ClickHouseError } from './clickhouse-error.ts';
import type { EngineSession } from './engine-session.ts';

interface Entry {
  readonly session: EngineSession;
  busy: boolean;
  expiry: NodeJS.Timeout | undefined;
}

// Each holds a connection of the engine; ClickHouse has no bound here.
const MAX_SESSIONS = 100;

/** Sessions that clients name with `session_id`: settings and temporary tables last until the session has rested for its timeout. */
export class HttpSessions {
  readonly #entries = new Map<string, Entry>();

  constructor(private readonly open: () => EngineSession) {}

  /** @throws ClickHouseError 372 (session_check and no such session), 373 (busy), 202 (too many) */
  async use(
    id: string,
    options: { readonly sessionCheck: boolean; readonly sessionTimeoutMs: number; readonly closeSession: boolean },
    work: (session: EngineSession) => Promise<void>,
  ): Promise<void> {
    let entry = this.#entries.get(id);
    if (entry === undefined) {
      if (options.sessionCheck) throw new ClickHouseError(372, 'SESSION_NOT_FOUND', `Session ${id} not found.`);
      if (this.#entries.size >= MAX_SESSIONS) {
        throw new ClickHouseError(202, 'TOO_MANY_SIMULTANEOUS_QUERIES', `More than ${MAX_SESSIONS} sessions are open.`);
      }
      entry = { session: this.open(), busy: false, expiry: undefined };
      this.#entries.set(id, entry);
    }
    if (entry.busy)
      throw new ClickHouseError(373, 'SESSION_IS_LOCKED', `Session ${id} is locked by a concurrent client.`);
    clearTimeout(entry.expiry);
    entry.busy = true;
    try {
      await work(entry.session);
    } finally {
      entry.busy = false;
      if (options.closeSession) this.#remove(id);
      else entry.expiry = setTimeout(() => this.#remove(id), options.sessionTimeoutMs).unref();
    }
  }

  close(): void {
    for (const id of [...this.#entries.keys()]) this.#remove(id);
  }

  #remove(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.busy) return;
    clearTimeout(entry.expiry);
    this.#entries.delete(id);
    entry.session.close();
  }
}
