import { ask, sleep } from '../server/http.ts';
import type { AgreementCase, Step, StepAlert, StepSilence } from './agreement-case.ts';

/**
 * Plays the steps of all cases to all servers (roots of API v2's hosts) at the same time. Resolves `restS` seconds after the last step. Rejects
 * when a server refuses a step.
 */
export async function playCases(
  cases: readonly AgreementCase[],
  urls: readonly string[],
  restS: number,
): Promise<void> {
  const startMs = Date.now();
  const lastS = Math.max(...cases.flatMap(({ steps }) => steps.map(({ atS }) => atS)));
  const players = cases.flatMap((one) => {
    const silenceIds = new Map<string, string>();
    return one.steps.map(async (step) => {
      await sleep(startMs + step.atS * 1000 - Date.now());
      // Both are told the same times.
      const request = requestOf(one.name, step, Date.now());
      await Promise.all(urls.map((url) => play(url, request, silenceIds)));
    });
  });
  await Promise.all([...players, sleep((lastS + restS) * 1000)]);
}

type Request =
  | { readonly kind: 'alerts'; readonly body: readonly object[] }
  | { readonly kind: 'silence'; readonly name: string; readonly body: object }
  | { readonly kind: 'expire'; readonly name: string };

function requestOf(name: string, step: Step, nowMs: number): Request {
  if ('alerts' in step) return { kind: 'alerts', body: step.alerts.map((alert) => alertBody(name, alert, nowMs)) };
  if ('silence' in step)
    return { kind: 'silence', name: step.silence.name, body: silenceBody(name, step.silence, nowMs) };
  return { kind: 'expire', name: step.expire };
}

function alertBody(name: string, { labels, annotations, startsInS, endsInS }: StepAlert, nowMs: number): object {
  return {
    labels: { ...labels, case: name },
    ...(annotations === undefined ? {} : { annotations }),
    ...(startsInS === undefined ? {} : { startsAt: timeAfter(nowMs, startsInS) }),
    ...(endsInS === null ? {} : { endsAt: timeAfter(nowMs, endsInS) }),
    generatorURL: `http://prometheus.test/${name}`,
  };
}

function silenceBody(name: string, { matchers, startsInS = 0, endsInS }: StepSilence, nowMs: number): object {
  return {
    matchers: [
      { name: 'case', value: name, isRegex: false, isEqual: true },
      ...matchers.map((matcher) => ({ isRegex: false, isEqual: true, ...matcher })),
    ],
    startsAt: timeAfter(nowMs, startsInS),
    endsAt: timeAfter(nowMs, endsInS),
    createdBy: 'agreement',
    comment: name,
  };
}

function timeAfter(nowMs: number, seconds: number): string {
  return new Date(nowMs + seconds * 1000).toISOString();
}

async function play(url: string, request: Request, silenceIds: Map<string, string>): Promise<void> {
  if (request.kind === 'alerts') {
    await send(`${url}/api/v2/alerts`, request.body);
    return;
  }
  const key = `${url} ${request.name}`;
  const id = silenceIds.get(key);
  if (request.kind === 'expire') {
    await send(`${url}/api/v2/silence/${id}`, undefined);
    return;
  }
  const answer = await send(`${url}/api/v2/silences`, { ...request.body, ...(id === undefined ? {} : { id }) });
  silenceIds.set(key, (JSON.parse(answer) as { silenceID: string }).silenceID);
}

/** Without a body: a deletion. */
async function send(url: string, body: unknown): Promise<string> {
  const { status, text } = await ask(
    url,
    body === undefined
      ? { method: 'DELETE' }
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
  );
  if (status !== 200) throw new Error(`${url} answered ${status}: ${text}`);
  return text;
}
