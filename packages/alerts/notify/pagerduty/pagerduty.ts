import type { HttpAnswer, HttpExchange } from '../http-notifier.ts';
import { createHttpNotifier, requireSuccess } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import type { PagerdutyConfig } from './pagerduty-config.ts';
import { pagerdutyTable, usesServiceKey } from './pagerduty-config.ts';
import { eventV1, eventV2 } from './pagerduty-payload.ts';

/** PagerDuty: one incident a group, opened by the Events API (v2 with a routing key, v1 with a service key) and resolved with it. */
export const pagerduty: IntegrationKind<PagerdutyConfig> = {
  name: 'pagerduty',
  key: 'pagerduty_configs',
  table: pagerdutyTable,
  create: (config, tools) =>
    createHttpNotifier({
      tools,
      http: config.http,
      timeoutMs: config.timeoutMs,
      deliver: (exchange) => deliver(config, exchange),
    }),
};

async function deliver(config: PagerdutyConfig, { message, send, secret, redaction }: HttpExchange): Promise<string> {
  const old = usesServiceKey(config);
  const template = await (old
    ? secret(config.serviceKey, config.serviceKeyFile)
    : secret(config.routingKey, config.routingKeyFile));
  const key = message.render(template);
  redaction.add(key);
  const body = old ? eventV1(config, message, key) : eventV2(config, message, key);
  const answer = await send({ url: config.url, body });
  // The rate limit is a 403 in v1 and a 429 in v2.
  requireSuccess(answer, { retryStatuses: [old ? 403 : 429], details: explain });
  return `status ${answer.status}, ${old ? 'incident' : 'dedup'} key ${message.groupKeyHash}`;
}

/** `{"message": …, "errors": […]}` of a 400 in words; anything else as it came. */
function explain({ status, text }: HttpAnswer): string {
  if (status !== 400) return text;
  try {
    const { message, errors } = JSON.parse(text) as { message?: unknown; errors?: unknown };
    return `${String(message ?? '')}: ${Array.isArray(errors) ? errors.join(',') : ''}`;
  } catch {
    return text;
  }
}
