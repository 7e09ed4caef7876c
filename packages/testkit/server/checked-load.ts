import { Labels } from '@petrel/model';
import { encodeRemoteWrite1, encodeSnappy, type RemoteWriteSeries } from '@petrel/wire';
import { ask, sleep } from './http.ts';

export interface CheckedLoadOptions {
  readonly url: string;
  readonly metric: string;
  readonly senders: number;
  /** Series of each sender; every request carries all of them. */
  readonly series: number;
  /** Samples of each series in a request. */
  readonly samples: number;
  /** Of the first sample; the next is a step later, so no two samples of a series share a time. */
  readonly baseMs: number;
  readonly stepMs: number;
  /** Between the answer and the next request. */
  readonly pauseMs: number;
  /** The value of a sample; `sampleValue` where absent, which any later reader can compute too. */
  readonly value?: (sender: number, series: number, index: number) => number;
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

/** Whole numbers, different for every sample of a series and between neighbouring series. */
export function sampleValue(sender: number, series: number, index: number): number {
  return index * 1_000 + series * 10 + sender;
}

/** Often enough to catch a server in the middle of its start, and not so often that the start waits for us. */
const RETRY_MS = 75;

const HEADERS = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
};

/**
 * Remote write under a ledger: several senders write samples that nobody else writes, and note which requests were answered with 2xx.
 * Every second sender repeats what failed until it is taken; the others write it off. Each request brings one series that is new, so that
 * the birth of series is under load too (`<metric>_births{sender, request}`, value `sampleValue(sender, 0, request)`).
 */
export class CheckedLoad {
  readonly ledgers: readonly SenderLedger[];
  /** Answers by status; 0 stands for a connection that failed. */
  readonly statuses = new Map<number, number>();
  /** The last text of each status that is not 2xx. */
  readonly refusals = new Map<number, string>();
  #running = true;
  readonly #done: Promise<unknown>;

  constructor(readonly options: CheckedLoadOptions) {
    this.ledgers = Array.from({ length: options.senders }, (_, sender) => ({
      sender,
      repeats: sender % 2 === 0,
      acknowledged: new Set<number>(),
      unknown: new Set<number>(),
    }));
    this.#done = Promise.all(this.ledgers.map((ledger) => this.#send(ledger)));
  }

  get acknowledgedSamples(): number {
    const { series, samples } = this.options;
    return this.ledgers.reduce((sum, { acknowledged }) => sum + acknowledged.size * (series * samples + 1), 0);
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
      const body = encodeSnappy(encodeRemoteWrite1(this.#seriesOf(ledger.sender, request)));
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
      await sleep(this.options.pauseMs);
    }
  }

  async #post(body: Uint8Array): Promise<number> {
    const answer = await ask(`${this.options.url}/api/v1/write`, { body, headers: HEADERS }).catch((error: Error) => ({
      status: 0,
      text: error.message,
    }));
    this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
    if (answer.status < 200 || answer.status >= 300) this.refusals.set(answer.status, answer.text);
    return answer.status;
  }

  #seriesOf(sender: number, request: number): RemoteWriteSeries[] {
    const { metric, series, samples, baseMs, stepMs, value = sampleValue } = this.options;
    const indexes = Array.from({ length: samples }, (_, i) => request * samples + i);
    const timestampsMs = Float64Array.from(indexes, (index) => baseMs + index * stepMs);
    const all = Array.from({ length: series }, (_, number): RemoteWriteSeries => {
      const labels = Labels.of({ __name__: metric, sender: `${sender}`, series: `${number}` });
      const values = Float64Array.from(indexes, (index) => value(sender, number, index));
      return { labels, timestampsMs, values, from: 0, to: samples };
    });
    all.push({
      labels: Labels.of({ __name__: `${metric}_births`, sender: `${sender}`, request: `${request}` }),
      timestampsMs: Float64Array.of(baseMs),
      values: Float64Array.of(value(sender, 0, request)),
      from: 0,
      to: 1,
    });
    return all;
  }
}
