import { existsSync, readFileSync } from 'node:fs';
import type { RemoteWriteSeries } from '@petrel/wire';
import { encodeRemoteWrite1, encodeSnappy } from '@petrel/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendAll } from '../load/send.ts';
import type { EncodedRequest } from '../load/series.ts';
import type { Peer } from '../peers/peer.ts';
import { isInstalled, startPeer } from '../peers/peer.ts';
import { firstDifference } from './compare.ts';
import { demoFleet } from './demo-fleet.ts';
import { EXPRESSIONS } from './expressions.ts';

const SUITE = '../shared/conformance/promql/compliance/expanded-queries.json';
const STEP_MS = 5000;
// Samples end in .217 s, evaluations in .4 s, and steps of subqueries in .0 s: nothing lies exactly on the edge of a window, which is
// closed in Prometheus 2.42 and left-open in 3.
const END_MS = Math.floor(Date.now() / 60_000) * 60_000 + 217 - 60_000;
const START_MS = END_MS - 40 * 60_000;
const QUERY_END_S = (END_MS - 217) / 1000 - 120 + 0.4;

/** Where Debian's Prometheus 2.42 answers differently because it is older than 3, with the reason. */
const OLDER_THAN_3: readonly (readonly [test: (query: string) => boolean, reason: string])[] = [
  [(query) => query.includes('holt_winters'), 'renamed to double_exponential_smoothing in 3.0'],
  [(query) => query.includes('"~invalid"'), 'a label name may be any UTF-8 text since 3.0'],
  [(query) => query.includes(' atan2 ignoring'), 'atan2 between vectors kept the metric name before 3.0'],
];

interface Outcome {
  readonly status: string;
  readonly data: Parameters<typeof firstDifference>[0];
}

const missing = !isInstalled('prometheus');
if (missing) console.warn('skipped: no prometheus to compare with (Debian package prometheus)');
const compliance: { query: string; should_fail?: boolean }[] = existsSync(SUITE)
  ? JSON.parse(readFileSync(SUITE, 'utf8')).queries
  : [];
if (compliance.length === 0) console.warn(`${SUITE} is not there: only our own expressions are compared`);

describe.skipIf(missing)('Petrel and Prometheus over the same remote-written data', () => {
  let petrel: Peer;
  let prometheus: Peer;

  beforeAll(async () => {
    [petrel, prometheus] = await Promise.all([startPeer('petrel'), startPeer('prometheus')]);
    const bodies = [...encodeByTime(demoFleet({ startMs: START_MS, endMs: END_MS, stepMs: STEP_MS }))];
    for (const peer of [petrel, prometheus]) await sendAll(peer.writeUrl, bodies);
  });
  afterAll(async () => {
    await Promise.all([petrel?.stop(), prometheus?.stop()]);
  });

  const queries = [...new Set([...compliance.map(({ query }) => query), ...EXPRESSIONS])];

  it(`agree on ${queries.length} expressions, as range and as instant queries`, async () => {
    const differences: string[] = [];
    let compared = 0;
    let named = 0;
    for (const query of queries) {
      const older = OLDER_THAN_3.find(([test]) => test(query));
      if (older !== undefined) {
        named++;
        continue;
      }
      for (const [path, params, ordered] of [
        ['query_range', { start: QUERY_END_S - 600, end: QUERY_END_S, step: 10 }, false],
        ['query', { time: QUERY_END_S }, /^sort/.test(query)],
      ] as const) {
        const form = new URLSearchParams({ query });
        for (const [key, value] of Object.entries(params)) form.set(key, String(value));
        const [ours, theirs] = await Promise.all([ask(petrel, path, form), ask(prometheus, path, form)]);
        compared++;
        const difference =
          ours.status !== theirs.status
            ? `${ours.status}, expected ${theirs.status}`
            : theirs.status === 'success'
              ? firstDifference(ours.data, theirs.data, ordered)
              : undefined;
        if (difference !== undefined) differences.push(`${path} ${query}\n    ${difference}`);
      }
    }
    console.log(`${compared} answers compared, ${named} expressions named as older than 3`);
    expect(queries.length).toBeGreaterThan(250);
    expect(differences).toEqual([]);
  });
});

async function ask(peer: Peer, path: string, form: URLSearchParams): Promise<Outcome> {
  const response = await fetch(`${peer.apiUrl}/${path}`, { method: 'POST', body: form });
  return (await response.json()) as Outcome;
}

/** One request a minute of data, all series in it, in the order of time that Prometheus 2.42 asks for. */
function* encodeByTime(series: readonly RemoteWriteSeries[]): Generator<readonly EncodedRequest[]> {
  for (let from = START_MS; from <= END_MS; from += 60_000) {
    const part = series.flatMap((one) => {
      const begin = one.timestampsMs.findIndex((t) => t >= from);
      const end = one.timestampsMs.findIndex((t) => t >= from + 60_000);
      const to = end === -1 ? one.to : end;
      return begin === -1 || begin === to ? [] : [{ ...one, from: begin, to }];
    });
    const samples = part.reduce((sum, one) => sum + one.to - one.from, 0);
    if (samples > 0) yield [{ body: encodeSnappy(encodeRemoteWrite1(part)), samples }];
  }
}
