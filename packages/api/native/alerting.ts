import { engineOf, explain, type Language, type LintResult, lint, previewSilence } from '@petrel/insight';
import { Labels, type LedgerKind, PetrelError, quote } from '@petrel/model';
import type { RuleGroup } from '@petrel/rules/rule-file/rule-group.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { LedgerData, LintData } from '../contract/alerting.ts';
import { closeSignal } from '../prometheus/close-signal.ts';
import { sendData } from '../prometheus/envelope.ts';
import { RequestParams } from '../prometheus/request-params.ts';
import { explainData, ledgerEntryData } from './explain-data.ts';
import type { NativeAlertingPorts } from './port.ts';
import { silencePreviewData } from './rehearsal-data.ts';
import { registerRehearsals } from './rehearse.ts';
import { RequestBody } from './request-body.ts';
import { routeTestData, routingData } from './routing-data.ts';
import { whenMs } from './when.ts';

const DAY_MS = 86_400_000;
const DEFAULT_ENTRIES = 500;
const MAX_ENTRIES = 10_000;

/** Petrel's own alerting endpoints; `app` is the scope of `/api/v1/petrel`. */
export function registerNativeAlerting(app: FastifyInstance, ports: NativeAlertingPorts): void {
  registerRouting(app, ports);
  registerLedger(app, ports);
  registerRehearsals(app, ports);
  registerSilencePreview(app, ports);
  registerLint(app, ports);
}

function registerRouting(app: FastifyInstance, { alerting, nowMs }: NativeAlertingPorts): void {
  app.get('/routing', async (_request, reply) => sendData(reply, routingData(alerting, nowMs())));
  app.post('/routing/test', async (request, reply) => {
    const body = RequestBody.of(request);
    const labels = Labels.of(body.labels('labels'));
    const now = nowMs();
    const atMs = whenMs('at', body.text('at'), { nowMs: now, fallbackMs: now });
    return sendData(reply, routeTestData(alerting, { labels, atMs, nowMs: now }));
  });
}

function registerLedger(app: FastifyInstance, ports: NativeAlertingPorts): void {
  const { alerting, rules, ledger, engine, loaders, nowMs } = ports;
  app.get('/ledger', async (request, reply) => {
    const params = RequestParams.of(request);
    const { startMs, endMs } = spanOf(params, ports, { from: 'start', to: 'end' });
    const limit = Math.min(params.limit() || DEFAULT_ENTRIES, MAX_ENTRIES);
    const kinds = kindsOf(params);
    const entries = await ledger.entries({ startMs, endMs, ...filtersOf(params), ...(kinds && { kinds }), limit });
    const language = languageOf(params, ports);
    const data: LedgerData = { entries: entries.map((entry) => ledgerEntryData(entry, language)).reverse() };
    return sendData(reply, data);
  });
  app.get('/explain', async (request, reply) => {
    const params = RequestParams.of(request);
    const alert = params.get('alert').trim();
    if (alert === '')
      throw new PetrelError('BAD_REQUEST', 'parameter "alert" is missing: a fingerprint, a name or a selector');
    const now = nowMs();
    const atMs = whenMs('at', params.get('at'), { nowMs: now, fallbackMs: now });
    const receiver = params.get('receiver');
    const language = languageOf(params, ports);
    const { routing } = alerting.config();
    const explanation = await explain({
      question: { alert, atMs, ...(receiver === '' ? {} : { receiver }) },
      ledger,
      live: {
        alerts: alerting.alerts(),
        groups: alerting.groups(),
        ...(routing === undefined ? {} : { routing }),
        context: alerting.context(),
      },
      rules: await rules.status(),
      engineOf: (language) => (language === 'promql' ? engine : engineOf(language, rules.settings())),
      nowMs: now,
      parseMatchers: loaders.matchers,
      language,
    });
    return sendData(reply, explainData(explanation, language));
  });
}

function registerSilencePreview(app: FastifyInstance, ports: NativeAlertingPorts): void {
  const { alerting, ledger, nowMs } = ports;
  app.post('/silences/preview', async (request, reply) => {
    const body = RequestBody.of(request);
    const matchers = body.matchers('matchers');
    if (matchers.length === 0) throw new PetrelError('BAD_REQUEST', 'at least one matcher is required');
    const now = nowMs();
    const startMs = whenMs('from', body.text('from'), { nowMs: now, fallbackMs: now - 7 * DAY_MS });
    const endMs = whenMs('to', body.text('to'), { nowMs: now, fallbackMs: now });
    checkMatchers(() =>
      matchers.every((matcher) => ports.loaders.matchers(`${matcher.name}${matcher.type}${quote(matcher.value)}`)),
    );
    const preview = await previewSilence({ matchers, ledger, views: alerting.alerts(), startMs, endMs });
    return sendData(reply, silencePreviewData(preview, { startMs, endMs }));
  });
}

function registerLint(app: FastifyInstance, ports: NativeAlertingPorts): void {
  const { alerting, rules, loaders } = ports;
  const run = (
    request: FastifyRequest,
    given: Pick<Parameters<typeof lint>[0], 'groups' | 'routing'>,
    signal: AbortSignal,
  ) => {
    const { source, evaluationIntervalMs } = rules.settings();
    const scrapeIntervalMs = rules.scrapeIntervalMs();
    const withData = RequestParams.of(request).get('data') !== 'false';
    return lint({
      ...given,
      ...(withData ? { source } : {}),
      evaluationIntervalMs,
      ...(scrapeIntervalMs === undefined ? {} : { scrapeIntervalMs }),
      nowMs: ports.nowMs(),
      signal,
    });
  };
  const inForce = () => {
    const { routing } = alerting.config();
    return routing === undefined ? undefined : { config: routing, file: alerting.routing().file ?? 'alertmanager.yml' };
  };
  app.get('/lint', async (request, reply) => {
    const routing = inForce();
    const given = { groups: rules.groups(), ...(routing === undefined ? {} : { routing }) };
    return sendData(reply, lintData(await run(request, given, closeSignal(request, reply))));
  });
  app.post('/lint', async (request, reply) => {
    const body = RequestBody.of(request);
    const groups: readonly RuleGroup[] = body.has('rules')
      ? loaders.rules(body.allNamed('rules'), 'promql')
      : rules.groups();
    const file = body.has('routing') ? body.named('routing') : undefined;
    const routing = file === undefined ? inForce() : { config: loaders.routing(file).config, file: file.name };
    const given = { groups, ...(routing === undefined ? {} : { routing }) };
    return sendData(reply, lintData(await run(request, given, closeSignal(request, reply))));
  });
}

function lintData({ findings, checked }: LintResult): LintData {
  return { findings, checked };
}

/** The times of a query, by default the last day. Throws BAD_REQUEST. */
function spanOf(params: RequestParams, { nowMs }: NativeAlertingPorts, names: { from: string; to: string }) {
  const now = nowMs();
  const endMs = whenMs(names.to, params.get(names.to), { nowMs: now, fallbackMs: now });
  const startMs = whenMs(names.from, params.get(names.from), { nowMs: now, fallbackMs: endMs - DAY_MS });
  if (endMs < startMs) throw new PetrelError('BAD_REQUEST', `${names.to} must not be before ${names.from}`);
  return { startMs, endMs };
}

function filtersOf(params: RequestParams): Readonly<Record<string, string>> {
  const filters: Record<string, string> = {};
  for (const name of ['alertname', 'fingerprint', 'receiver'] as const) {
    if (params.get(name) !== '') filters[name] = params.get(name);
  }
  if (params.get('group_key') !== '') filters.groupKey = params.get('group_key');
  return filters;
}

const KINDS: Readonly<Record<LedgerKind, true>> = {
  evaluation: true,
  received: true,
  resolved: true,
  routed: true,
  suppressed: true,
  unsuppressed: true,
  notified: true,
  failed: true,
  aggregated: true,
  flapping: true,
  silence: true,
  config: true,
};

/** `kind` may be given more than once, or hold several between commas. */
function kindsOf(params: RequestParams): readonly LedgerKind[] | undefined {
  const names = params
    .all('kind')
    .flatMap((text) => text.split(','))
    .filter((name) => name !== '');
  const wrong = names.find((name) => !Object.hasOwn(KINDS, name));
  if (wrong !== undefined) {
    throw new PetrelError(
      'BAD_REQUEST',
      `invalid parameter "kind": ${quote(wrong)} is none of ${Object.keys(KINDS).join(', ')}`,
    );
  }
  return names.length === 0 ? undefined : (names as LedgerKind[]);
}

function languageOf(params: RequestParams, { language }: NativeAlertingPorts): Language {
  const wanted = params.get('lang');
  return wanted === 'zh' || wanted.startsWith('zh-') ? 'zh' : wanted === 'en' ? 'en' : language();
}

function checkMatchers(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (error instanceof PetrelError) throw error;
    throw new PetrelError('BAD_REQUEST', (error as Error).message);
  }
}
