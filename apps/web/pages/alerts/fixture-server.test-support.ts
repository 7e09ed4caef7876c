import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer, sendFile, sendJson } from '../../fixture-http.test-support.ts';
import type { GettableSilence, PostableSilence } from './alertmanager/api.ts';
import { explainFixture } from './fixture-explain.test-support.ts';
import {
  lintFixture,
  previewFixture,
  rehearsalFixture,
  routeTestFixture,
  sweepFixture,
} from './fixture-insight.test-support.ts';
import type { FixtureWorld } from './fixture-world.test-support.ts';
import { fixtureWorld } from './fixture-world.test-support.ts';

export interface FixtureServer {
  readonly url: string;
  readonly port: number;
  readonly world: FixtureWorld;
  /** Connections of rehearsals that the browser closed before the result. */
  readonly cancelled: () => number;
  /** Bodies of POST requests, by path, in order. */
  readonly posted: ReadonlyMap<string, readonly unknown[]>;
  readonly close: () => Promise<void>;
}

export interface FixtureOptions {
  /** The built web files. */
  readonly webDir: string;
  readonly alerts: number;
  /** No rules, no routing, no alerts. */
  readonly empty?: boolean;
  readonly port?: number;
}

/** Serves the built web app and plausible answers of every endpoint that the Alerts page asks, silences kept in memory. */
export async function startFixtureServer(options: FixtureOptions): Promise<FixtureServer> {
  const world = fixtureWorld({ alerts: options.alerts, nowMs: Date.now(), empty: options.empty === true });
  const posted = new Map<string, unknown[]>();
  let cancelled = 0;
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = request.method === 'POST' ? await jsonBody(request) : undefined;
    if (body !== undefined) posted.set(url.pathname, [...(posted.get(url.pathname) ?? []), body]);
    if (url.pathname.startsWith('/api/v1/petrel/rehearse')) return stream(url, body, response);
    const found = url.pathname.startsWith('/api/') ? api(world, request.method ?? 'GET', url, body) : undefined;
    if (found !== undefined) return sendJson(response, found.status ?? 200, found.json);
    if (url.pathname.startsWith('/api/'))
      return sendJson(response, 404, { status: 'error', errorType: 'not_found', error: 'no such endpoint' });
    sendFile(response, options.webDir, url.pathname);
  }

  async function stream(url: URL, body: unknown, response: ServerResponse): Promise<void> {
    let open = true;
    response.on('close', () => {
      open = false;
      if (!response.writableEnded) cancelled++;
    });
    response.setHeader('content-type', 'application/x-ndjson');
    const swept = url.pathname.endsWith('sweep');
    // A rehearsal of rules with this comment goes on until it is cancelled.
    const endless = JSON.stringify(body).includes('# endless');
    for (let done = 0; done <= 20 && open; done += endless && done === 3 ? 0 : 1) {
      const doing = swept
        ? 'evaluating thresholds'
        : done < 10
          ? 'evaluating rules in force'
          : 'evaluating proposed rules';
      response.write(`${JSON.stringify({ event: 'progress', done, total: 20, doing })}\n`);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    const result = swept ? sweepFixture() : rehearsalFixture(world);
    if (open) response.end(`${JSON.stringify({ event: 'result', result })}\n`);
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    world,
    posted,
    cancelled: () => cancelled,
    close: () => closeServer(server),
  };
}

function api(
  world: FixtureWorld,
  method: string,
  url: URL,
  body: unknown,
): { readonly json: unknown; readonly status?: number } | undefined {
  const path = url.pathname.replace('/api/', '');
  const success = (data: unknown): { json: unknown } => ({ json: { status: 'success', data } });
  switch (path) {
    case 'v1/rules':
      return success({ groups: world.ruleGroups });
    case 'v1/alerts':
      return success({
        alerts: world.ruleGroups.flatMap((group) => group.rules.flatMap((rule) => rule.alerts ?? [])),
      });
    case 'v2/alerts':
      return { json: world.alerts };
    case 'v2/alerts/groups':
      return { json: world.groups };
    case 'v2/silences':
      return method === 'POST' ? postSilence(world, body as PostableSilence) : { json: world.silences };
    case 'v1/petrel/routing':
      return success(world.routing);
    case 'v1/petrel/routing/test':
      return success(routeTestFixture(world, (body as { labels: Record<string, string> }).labels));
    case 'v1/petrel/ledger':
      return success({
        entries: world.ledger.filter((entry) => entry.alertname === url.searchParams.get('alertname')),
      });
    case 'v1/petrel/explain':
      return success(explainFixture(world, url.searchParams));
    case 'v1/petrel/silences/preview':
      return success(previewFixture(world, body as { matchers: { name: string; value: string }[] }));
    case 'v1/petrel/lint':
      return success(lintFixture(world));
  }
  if (method === 'DELETE' && path.startsWith('v2/silence/')) return expire(world, path.slice('v2/silence/'.length));
  return undefined;
}

function postSilence(world: FixtureWorld, body: PostableSilence): { json: unknown; status?: number } {
  if (body.comment === 'refuse me') return { status: 400, json: 'silence invalid: comment missing' };
  const id = body.id ?? `00000000-0000-4000-8000-${String(world.silences.length).padStart(12, '0')}`;
  const made: GettableSilence = {
    ...body,
    id,
    status: { state: Date.parse(body.startsAt) > Date.now() ? 'pending' : 'active' },
    updatedAt: new Date().toISOString(),
  };
  const at = world.silences.findIndex((one) => one.id === id);
  if (at < 0) world.silences.push(made);
  else world.silences[at] = made;
  return { json: { silenceID: id } };
}

function expire(world: FixtureWorld, id: string): { json: unknown; status?: number } {
  const at = world.silences.findIndex((one) => one.id === id);
  const found = world.silences[at];
  if (found === undefined) return { status: 404, json: `silence ${id} not found` };
  world.silences[at] = { ...found, status: { state: 'expired' }, endsAt: new Date().toISOString() };
  return { json: undefined };
}

async function jsonBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text.startsWith('{') ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
}
