import { DeliveryError } from '../delivery-error.ts';
import type { HttpExchange } from '../http-notifier.ts';
import { createHttpNotifier, requireSuccess } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import { createMessage } from '../message-data.ts';
import type { NotifierTools } from '../notifier.ts';
import { renderValue } from '../templated-value.ts';
import type { WebhookConfig } from './webhook-config.ts';
import { webhookTable } from './webhook-config.ts';
import { webhookMessage } from './webhook-message.ts';

/** Webhooks: Alertmanager's message of version 4, or a payload of the user's own making, to a URL. */
export const webhook: IntegrationKind<WebhookConfig> = {
  name: 'webhook',
  key: 'webhook_configs',
  table: webhookTable,
  create: (config, tools) =>
    createHttpNotifier({
      tools,
      http: config.http,
      timeoutMs: config.timeoutMs,
      deliver: (exchange) => deliver(config, tools, exchange),
    }),
};

async function deliver(config: WebhookConfig, tools: NotifierTools, exchange: HttpExchange): Promise<string> {
  const { notification } = exchange.message;
  const shown = config.maxAlerts === 0 ? notification.alerts : notification.alerts.slice(0, config.maxAlerts);
  const truncated = notification.alerts.length - shown.length;
  const message = truncated === 0 ? exchange.message : createMessage(notification, tools, shown);
  const template = await exchange.secretUrl(config.url, config.urlFile);
  const url = message.render(template).trim();
  exchange.redaction.addSecretUrl(url);
  if (!/^https?:\/\/[^/?#]/i.test(url) || !URL.canParse(url)) {
    const reason = url === '' ? 'is empty after templating' : 'is not an http or https URL';
    throw new DeliveryError(`the webhook's url ${reason}`, false);
  }
  const json =
    config.payload === undefined
      ? webhookMessage(message, tools.externalUrl, truncated)
      : renderValue(config.payload, message.render);
  const answer = await exchange.send({ url, json });
  requireSuccess(answer);
  return `status ${answer.status}`;
}
