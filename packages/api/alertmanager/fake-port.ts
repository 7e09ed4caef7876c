import { parseMatcher } from '@petrel/alerts/matcher/index.ts';
import { type Alert, fingerprintOf, Labels, PetrelError, type Silence } from '@petrel/model';
import fastify, { type FastifyInstance } from 'fastify';
import { registerAlertmanagerApi } from './index.ts';
import type { AlertmanagerPort, AlertView, GroupView, PostedAlert, PostedSilence } from './port.ts';

export const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** For tests: an engine that holds what it is given. */
export interface FakePort extends AlertmanagerPort {
  views: AlertView[];
  groupViews: GroupView[];
  held: Silence[];
  readonly posted: (readonly PostedAlert[])[];
  readonly put: PostedSilence[];
  readonly expired: string[];
  failure: PetrelError | undefined;
}

export function fakePort(): FakePort {
  const port: FakePort = {
    views: [],
    groupViews: [],
    held: [],
    posted: [],
    put: [],
    expired: [],
    failure: undefined,
    status: () => ({
      configYaml: 'route:\n  receiver: ops\n',
      startedMs: NOW_MS - 60_000,
      versionInfo: { version: '1', revision: 'r', branch: 'b', buildUser: 'u', buildDate: 'd', goVersion: 'node' },
    }),
    receivers: () => [{ name: 'ops', labels: Labels.of({ owner: 'a' }) }, { name: 'dev' }],
    alerts: () => port.views,
    groups: () => port.groupViews,
    async post(alerts) {
      if (port.failure !== undefined) throw port.failure;
      port.posted.push(alerts);
    },
    silences: () => port.held,
    async putSilence(silence) {
      if (port.failure !== undefined) throw port.failure;
      port.put.push(silence);
      return silence.id ?? '11111111-2222-3333-4444-555555555555';
    },
    async expireSilence(id) {
      if (port.failure !== undefined) throw port.failure;
      if (!port.held.some((silence) => silence.id === id)) throw new PetrelError('NOT_FOUND', 'silence not found');
      port.expired.push(id);
    },
    parseMatchers: (text) => [parseMatcher(text).value],
    nowMs: () => NOW_MS,
  };
  return port;
}

/** The API under its usual prefix; not listening. */
export function alertmanagerApp(port: AlertmanagerPort): FastifyInstance {
  const app = fastify();
  app.register(async (scope) => registerAlertmanagerApi(scope, port), { prefix: '/api/v2' });
  return app;
}

export function viewOf(record: Readonly<Record<string, string>>, rest: Partial<AlertView & Alert> = {}): AlertView {
  const labels = Labels.of(record);
  const { receivers = ['ops'], state = 'active', silencedBy = [], inhibitedBy = [], mutedBy = [], ...alert } = rest;
  return {
    alert: {
      fingerprint: fingerprintOf(labels),
      labels,
      annotations: Labels.EMPTY,
      startsAtMs: NOW_MS - 1_000,
      endsAtMs: NOW_MS + 1_000,
      timeout: true,
      updatedAtMs: NOW_MS,
      generatorUrl: '',
      source: 'api',
      ...alert,
    },
    receivers,
    state,
    silencedBy,
    inhibitedBy,
    mutedBy,
  };
}

export function silenceOf(id: number, rest: Partial<Silence> = {}): Silence {
  return {
    id: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    matchers: [{ type: '=', name: 'alertname', value: 'A' }],
    startsAtMs: NOW_MS - 1_000,
    endsAtMs: NOW_MS + 1_000,
    updatedAtMs: NOW_MS,
    createdBy: 'me',
    comment: 'why',
    ...rest,
  };
}
