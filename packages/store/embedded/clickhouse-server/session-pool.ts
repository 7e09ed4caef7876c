import { ClickHouseError } from './clickhouse-error.ts';
import type { EngineSession } from './engine-session.ts';

export interface SessionPoolOptions {
  /** Sessions that run side by side. */
  readonly size: number;
  /** Of these, sessions that only inserts may take, so that acknowledging samples never waits behind queries. */
  readonly reservedForInserts: number;
  /** Requests that may wait; the next one is refused. */
  readonly maxWaiting: number;
  open(): EngineSession;
}

interface Waiter {
  readonly forInsert: boolean;
  readonly key: string;
  readonly give: (session: EngineSession) => void;
}

/** A bounded number of engine sessions; requests wait in order, inserts before queries. */
export class SessionPool {
  readonly #idle: EngineSession[] = [];
  readonly #waiting: Waiter[] = [];
  #open = 0;
  #busyWithQueries = 0;

  constructor(private readonly options: SessionPoolOptions) {}

  get waiting(): number {
    return this.#waiting.length;
  }

  get busy(): number {
    return this.#open - this.#idle.length;
  }

  /**
   * Runs `work` with a session that nobody else uses meanwhile. A session that already has the wanted state is preferred.
   * @throws ClickHouseError 202 when too many wait, 394 when the signal fires before a session was free.
   */
  async use<T>(
    request: { readonly forInsert: boolean; readonly key: string; readonly signal: AbortSignal },
    work: (session: EngineSession) => Promise<T>,
  ): Promise<T> {
    const session = this.#take(request.forInsert, request.key) ?? (await this.#wait(request));
    try {
      return await work(session);
    } finally {
      if (!request.forInsert) this.#busyWithQueries--;
      this.#idle.push(session);
      this.#serveWaiting();
    }
  }

  close(): void {
    for (const session of this.#idle.splice(0)) {
      session.close();
      this.#open--;
    }
  }

  #take(forInsert: boolean, key: string): EngineSession | undefined {
    if (!forInsert && this.#busyWithQueries >= this.options.size - this.options.reservedForInserts) return undefined;
    const session = this.#pick(key);
    if (session && !forInsert) this.#busyWithQueries++;
    return session;
  }

  #pick(key: string): EngineSession | undefined {
    const same = this.#idle.findIndex((session) => session.stateKey === key);
    if (same >= 0) return this.#idle.splice(same, 1)[0];
    // A further session is cheap (0.2 ms) and keeps the state of the others.
    if (this.#open < this.options.size) {
      const session = this.options.open();
      this.#open++;
      return session;
    }
    return this.#idle.shift();
  }

  #wait(request: {
    readonly forInsert: boolean;
    readonly key: string;
    readonly signal: AbortSignal;
  }): Promise<EngineSession> {
    if (this.#waiting.length >= this.options.maxWaiting) {
      throw new ClickHouseError(
        202,
        'TOO_MANY_SIMULTANEOUS_QUERIES',
        `Too many queries wait: ${this.#waiting.length}.`,
      );
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        const at = this.#waiting.indexOf(waiter);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(new ClickHouseError(394, 'QUERY_WAS_CANCELLED', 'Query was cancelled while it waited.'));
      };
      const waiter: Waiter = {
        forInsert: request.forInsert,
        key: request.key,
        give: (session) => {
          request.signal.removeEventListener('abort', onAbort);
          resolve(session);
        },
      };
      request.signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiter);
    });
  }

  #serveWaiting(): void {
    for (const forInsert of [true, false]) {
      for (;;) {
        const at = this.#waiting.findIndex((waiter) => waiter.forInsert === forInsert);
        const waiter = this.#waiting[at];
        const session = waiter && this.#take(forInsert, waiter.key);
        if (!waiter || !session) break;
        this.#waiting.splice(at, 1);
        waiter.give(session);
      }
    }
  }
}
