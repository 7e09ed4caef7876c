import { ask, sleep } from './http.ts';

export interface CheckedSendersOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly senders: number;
  /** Between the answer and the next request. */
  readonly pauseMs: number;
  /** The same for the same numbers, and with nothing in it that another request has. */
  readonly bodyOf: (sender: number, request: number) => Uint8Array;
}

/** What the server answered to a sender. */
export interface SenderLedger {
  readonly sender: number;
  /** A sender that repeats what failed; the others go on with the next samples and leave the failed ones unknown. */
  readonly repeats: boolean;
  /** Requests by number: answered with 2xx. */
  readonly acknowledged: Set<number>;
  /** Sent, and not answered with 2xx: some of it may be stored all the same. */
  readonly unknown: Set<number>;
}

/** Often enough to catch a server in the middle of its start, and not so often that the start waits for us. */
const RETRY_MS = 75;

/**
 * Senders under a ledger: each posts one request after the other and notes which were answered with 2xx. Every second sender repeats what failed until it is taken; the
 * others write it off.
 */
export class CheckedSenders {
  readonly ledgers: readonly SenderLedger[];
  /** Answers by status; 0 stands for a connection that failed. */
  readonly statuses = new Map<number, number>();
  /** The last text of each status that is not 2xx. */
  readonly refusals = new Map<number, string>();
  #running = true;
  readonly #done: Promise<unknown>;

  constructor(private readonly sending: CheckedSendersOptions) {
    this.ledgers = Array.from({ length: sending.senders }, (_, sender) => ({
      sender,
      repeats: sender % 2 === 0,
      acknowledged: new Set<number>(),
      unknown: new Set<number>(),
    }));
    this.#done = Promise.all(this.ledgers.map((ledger) => this.#send(ledger)));
  }

  get acknowledgedRequests(): number {
    return this.ledgers.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
  }

  get unknownRequests(): number {
    return this.ledgers.reduce((sum, { unknown }) => sum + unknown.size, 0);
  }

  /** Ends after the requests under way; repeating senders go on until theirs is taken or `patienceMs` is over. */
  async stop(patienceMs = 30_000): Promise<void> {
    this.#running = false;
    await Promise.race([this.#done, sleep(patienceMs)]);
  }

  async #send(ledger: SenderLedger): Promise<void> {
    for (let request = 0; this.#running; request++) {
      const body = this.sending.bodyOf(ledger.sender, request);
      ledger.unknown.add(request);
      for (;;) {
        const status = await this.#post(body);
        if (status >= 200 && status < 300) {
          ledger.acknowledged.add(request);
          ledger.unknown.delete(request);
          break;
        }
        await sleep(RETRY_MS);
        if (!ledger.repeats) break;
      }
      await sleep(this.sending.pauseMs);
    }
  }

  async #post(body: Uint8Array): Promise<number> {
    const { url, headers } = this.sending;
    const answer = await ask(url, { body, headers }).catch((error: Error) => ({ status: 0, text: error.message }));
    this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
    if (answer.status < 200 || answer.status >= 300) this.refusals.set(answer.status, answer.text);
    return answer.status;
  }
}
