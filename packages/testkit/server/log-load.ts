import { encodeLokiPush, encodeSnappy } from '@petrel/wire';
import { CheckedSenders, type SenderLedger } from './checked-senders.ts';
import { queryLines } from './loki-api.ts';

export interface LogLoadOptions {
  readonly url: string;
  readonly senders: number;
  /** Of a request. */
  readonly lines: number;
  /** Of the first line of each sender; the next is a millisecond later. */
  readonly baseMs: number;
  readonly pauseMs: number;
}

const HEADERS = { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' };

/** Loki pushes under a ledger: lines that nobody else writes, each sender in a stream of its own, each request with a stream that is new. */
export class LogLoad extends CheckedSenders {
  constructor(readonly options: LogLoadOptions) {
    super({
      url: `${options.url}/loki/api/v1/push`,
      headers: HEADERS,
      senders: options.senders,
      pauseMs: options.pauseMs,
      bodyOf: (sender, request) => bodyOf(options, sender, request),
    });
  }
}

function bodyOf({ lines, baseMs }: LogLoadOptions, sender: number, request: number): Uint8Array {
  const timeOf = (index: number) => BigInt(baseMs + request * lines + index) * 1_000_000n;
  const entries = Array.from({ length: lines }, (_, i) => ({ tsNs: timeOf(i), line: lineOf(request, i) }));
  return encodeSnappy(
    encodeLokiPush([
      { labels: `{job="crash", sender="${sender}"}`, entries },
      {
        labels: `{job="births", sender="${sender}", request="${request}"}`,
        entries: [{ tsNs: timeOf(0), line: 'born' }],
      },
    ]),
  );
}

function lineOf(request: number, index: number): string {
  return `request ${request} line ${index}`;
}

export interface LogCheck {
  readonly acknowledged: number;
  /** Of requests that were acknowledged and are not there. */
  readonly lost: readonly string[];
  /** Of requests that were sent once and acknowledged, and are there more than once. */
  readonly doubled: readonly string[];
  /** Of requests without an answer, and there. */
  readonly surplus: number;
}

/** Reads everything back through the API and compares it with the ledgers. */
export async function checkLogs(load: LogLoad): Promise<LogCheck> {
  const { url, lines, baseMs } = load.options;
  const lost: string[] = [];
  const doubled: string[] = [];
  let acknowledged = 0;
  let surplus = 0;
  for (const { sender, repeats, acknowledged: requests, unknown } of load.ledgers) {
    const range = { startMs: baseMs, endMs: baseMs + (lastOf({ acknowledged: requests, unknown }) + 1) * lines + 1 };
    const found = countOf(await queryLines(url, `{job="crash", sender="${sender}"}`, range));
    const births = await queryLines(url, `{job="births", sender="${sender}"}`, range);
    const born = countOf(births.map(({ labels }) => ({ line: labels.request ?? '' })));
    for (const request of requests) {
      const counts = [
        born.get(String(request)) ?? 0,
        ...Array.from({ length: lines }, (_, i) => found.get(lineOf(request, i)) ?? 0),
      ];
      acknowledged += counts.length;
      for (const [i, count] of counts.entries()) {
        const what = `sender ${sender} request ${request} line ${i - 1}`;
        if (count === 0) lost.push(what);
        if (count > 1 && !repeats) doubled.push(what);
      }
    }
    for (const request of unknown) if ((found.get(lineOf(request, 0)) ?? 0) > 0) surplus += lines;
  }
  return { acknowledged, lost, doubled, surplus };
}

function lastOf({ acknowledged, unknown }: Pick<SenderLedger, 'acknowledged' | 'unknown'>): number {
  return Math.max(0, ...acknowledged, ...unknown);
}

function countOf(lines: readonly { readonly line: string }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { line } of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}
