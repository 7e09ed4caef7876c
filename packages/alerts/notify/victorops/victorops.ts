import { endpoint, pathText } from '../endpoint.ts';
import { createHttpNotifier, requireSuccess } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import type { VictoropsConfig } from './victorops-config.ts';
import { victoropsTable } from './victorops-config.ts';
import { victoropsPayload } from './victorops-payload.ts';

/** Splunk On-Call (VictorOps) through its REST endpoint: `<api_url>/<api key>/<routing key>`. */
export const victorops: IntegrationKind<VictoropsConfig> = {
  name: 'victorops',
  key: 'victorops_configs',
  table: victoropsTable,
  create: (config, tools) =>
    createHttpNotifier({
      tools,
      http: config.http,
      async deliver({ message, send, secret }) {
        const key = await secret(config.apiKey, config.apiKeyFile);
        const routingKey = message.render(config.routingKey);
        const url = endpoint(config.apiUrl, `${pathText(key)}/${pathText(routingKey)}`);
        const json = victoropsPayload(config, message);
        const answer = await send({ url, json });
        requireSuccess(answer, { retryStatuses: [429] });
        return `${json.message_type}: status ${answer.status}`;
      },
    }),
};
