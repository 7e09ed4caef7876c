import { ask } from './http.ts';

export interface FoundLine {
  /** Stream, metadata and parsed labels together. */
  readonly labels: Readonly<Record<string, string>>;
  readonly tsNs: bigint;
  readonly line: string;
}

/** Loki's largest answer. */
const PAGE = 5_000;

/** All lines that a log query finds in `[startMs, endMs)`, oldest first, page by page. */
export async function queryLines(
  url: string,
  query: string,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): Promise<readonly FoundLine[]> {
  const found: FoundLine[] = [];
  const seen = new Set<string>();
  for (let startNs = BigInt(startMs) * 1_000_000n; ; ) {
    const params = {
      query,
      start: String(startNs),
      end: String(BigInt(endMs) * 1_000_000n),
      limit: String(PAGE),
      direction: 'forward',
    };
    const answer = await ask(`${url}/loki/api/v1/query_range?${new URLSearchParams(params)}`);
    if (answer.status !== 200) throw new Error(`${query}: ${answer.status} ${answer.text}`);
    const { data } = JSON.parse(answer.text) as { data: { result: readonly StreamAnswer[] } };
    const page = data.result
      .flatMap(({ stream, values }) => values.map(([ts, line]) => ({ labels: stream, tsNs: BigInt(ts), line })))
      .sort((a, b) => (a.tsNs < b.tsNs ? -1 : a.tsNs > b.tsNs ? 1 : 0));
    const last = page.at(-1)?.tsNs;
    // The next page begins at the last time of this one: not all lines of that time need have been in it.
    const fresh = page.filter(({ labels, tsNs, line }) => !seen.has(`${tsNs} ${line} ${JSON.stringify(labels)}`));
    found.push(...fresh);
    if (page.length < PAGE || last === undefined || fresh.length === 0) return found;
    seen.clear();
    for (const { labels, tsNs, line } of page) if (tsNs === last) seen.add(`${tsNs} ${line} ${JSON.stringify(labels)}`);
    startNs = last;
  }
}

interface StreamAnswer {
  readonly stream: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [ts: string, line: string])[];
}
