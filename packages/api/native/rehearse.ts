import { rehearse, sweep } from '@petrel/insight';
import { PetrelError, quote } from '@petrel/model';
import type { RuleGroup, RuleLanguage } from '@petrel/rules';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { NativeAlertingPorts } from './port.ts';
import { rehearsalData, sweepData } from './rehearsal-data.ts';
import { RequestBody } from './request-body.ts';
import { streamEvents } from './stream-events.ts';
import { whenMs } from './when.ts';

const DAY_MS = 86_400_000;
/** Evaluating once a second is as fine as rules can be; anything finer is a slip. */
const MIN_INTERVAL_MS = 1_000;

/** `POST rehearse` and `POST rehearse/sweep`: NDJSON. Texts that do not load, and times that are none, are refused before the stream begins. */
export function registerRehearsals(app: FastifyInstance, ports: NativeAlertingPorts): void {
  app.post('/rehearse', async (request, reply) => {
    const run = prepareRehearsal(request, ports);
    return streamEvents(request, reply, { logger: ports.logger, run });
  });
  app.post('/rehearse/sweep', async (request, reply) => {
    const run = prepareSweep(request, ports);
    return streamEvents(request, reply, { logger: ports.logger, run });
  });
}

type Run<T> = Parameters<typeof streamEvents<T>>[2]['run'];

function prepareRehearsal(request: FastifyRequest, ports: NativeAlertingPorts): Run<ReturnType<typeof rehearsalData>> {
  const { alerting, rules, loaders } = ports;
  const body = RequestBody.of(request);
  const span = spanOf(body, ports);
  const intervalMs = body.number('intervalMs');
  if (intervalMs !== undefined && !(intervalMs >= MIN_INTERVAL_MS)) {
    throw new PetrelError('BAD_REQUEST', `invalid field "intervalMs": must be at least ${MIN_INTERVAL_MS}`);
  }
  const current = { rules: rules.groups(), engineConfig: alerting.config() };
  const loaded = body.has('routing') ? loaders.routing(body.named('routing')) : undefined;
  const proposed = {
    rules: [...proposedRules(body, 'rules', 'promql', ports), ...proposedRules(body, 'logRules', 'logql', ports)],
    engineConfig: loaded === undefined ? current.engineConfig : { ...current.engineConfig, routing: loaded.config },
  };
  return async ({ signal, onProgress }) => {
    const startedMs = performance.now();
    const result = await rehearse({
      proposed,
      current,
      settings: rules.settings(),
      silences: alerting.silences(),
      ...span,
      ...(intervalMs === undefined ? {} : { intervalMs }),
      signal,
      onProgress,
    });
    return rehearsalData(result, performance.now() - startedMs, loaded?.warnings ?? []);
  };
}

/** Rules of a language as the body has them, or those in force. */
function proposedRules(
  body: RequestBody,
  field: string,
  language: RuleLanguage,
  { rules, loaders }: NativeAlertingPorts,
): readonly RuleGroup[] {
  if (body.has(field)) return loaders.rules(body.allNamed(field), language);
  return rules.groups().filter((group) => (group.rules[0]?.language ?? 'promql') === language);
}

function prepareSweep(request: FastifyRequest, ports: NativeAlertingPorts): Run<ReturnType<typeof sweepData>> {
  const { alerting, rules } = ports;
  const body = RequestBody.of(request);
  const span = spanOf(body, ports);
  const [groupName, alertName] = [body.text('group'), body.text('alert')];
  if (alertName === '') throw new PetrelError('BAD_REQUEST', 'field "alert" is missing: the name of an alerting rule');
  const group = rules
    .groups()
    .find(
      ({ name, rules: own }) =>
        (groupName === '' || name === groupName) &&
        own.some((rule) => rule.kind === 'alerting' && rule.name === alertName),
    );
  if (group === undefined) {
    const where = groupName === '' ? 'no group' : `no group ${quote(groupName)}`;
    throw new PetrelError('NOT_FOUND', `${where} has an alerting rule ${quote(alertName)}`);
  }
  const thresholds = body.numbers('thresholds');
  const forsMs = body.numbers('forMs');
  if (forsMs?.some((ms) => ms < 0)) throw new PetrelError('BAD_REQUEST', 'invalid field "forMs": must not be negative');
  return async ({ signal, onProgress }) => {
    const result = await sweep({
      group,
      alertName,
      engineConfig: alerting.config(),
      settings: rules.settings(),
      silences: alerting.silences(),
      ...(thresholds === undefined ? {} : { thresholds }),
      ...(forsMs === undefined ? {} : { forsMs }),
      ...span,
      signal,
      onProgress,
    });
    return sweepData(result);
  };
}

/** `from` and `to`, by default the last day. */
function spanOf(body: RequestBody, { nowMs }: NativeAlertingPorts): { startMs: number; endMs: number } {
  const now = nowMs();
  const endMs = whenMs('to', body.text('to'), { nowMs: now, fallbackMs: now });
  const startMs = whenMs('from', body.text('from'), { nowMs: now, fallbackMs: endMs - DAY_MS });
  if (endMs <= startMs) throw new PetrelError('BAD_REQUEST', 'invalid field "to": must lie after "from"');
  return { startMs, endMs };
}
