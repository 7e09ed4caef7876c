import { PetrelError } from '@petrel/model';
import { alertsData, rulesData } from '@petrel/rules';
import type { FastifyInstance } from 'fastify';
import { sendData } from './envelope.ts';
import type { PrometheusApiPorts } from './port.ts';
import { RequestParams } from './request-params.ts';

/** `rules`, `alerts`, `alertmanagers`. */
export function registerRules(app: FastifyInstance, { rules, syntax, alertmanagers }: PrometheusApiPorts): void {
  app.get('/rules', async (request, reply) => {
    const params = RequestParams.of(request);
    const data = rulesData(await rules.groups(), {
      type: params.get('type'),
      ruleNames: params.all('rule_name[]'),
      groups: params.all('rule_group[]'),
      files: params.all('file[]'),
      match: params.matcherSets((text) => syntax.parseSelector(text)),
      excludeAlerts: flag(params.get('exclude_alerts')),
      groupLimit: params.integer('group_limit', 0),
      groupNextToken: params.get('group_next_token'),
    });
    return sendData(reply, data);
  });

  app.get('/alerts', async (_request, reply) => sendData(reply, alertsData(await rules.groups())));

  app.get('/alertmanagers', async (_request, reply) => {
    const url = (text: string) => ({ url: text });
    const { active, dropped } = alertmanagers();
    return sendData(reply, { activeAlertmanagers: active.map(url), droppedAlertmanagers: dropped.map(url) });
  });
}

function flag(text: string): boolean {
  if (text === '') return false;
  if (/^(1|t|true)$/i.test(text)) return true;
  if (/^(0|f|false)$/i.test(text)) return false;
  throw new PetrelError('BAD_REQUEST', `invalid parameter "exclude_alerts": converting exclude_alerts to a boolean`);
}
