import { endpoint } from '../endpoint.ts';
import { createHttpNotifier, requireSuccess } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import type { OpsgenieConfig } from './opsgenie-config.ts';
import { opsgenieTable } from './opsgenie-config.ts';
import { opsgenieCalls } from './opsgenie-payload.ts';

/** OpsGenie's alert API: one alert for a group, by an alias made of the group key; closed when all its alerts have ended. */
export const opsgenie: IntegrationKind<OpsgenieConfig> = {
  name: 'opsgenie',
  key: 'opsgenie_configs',
  table: opsgenieTable,
  create: (config, tools) =>
    createHttpNotifier({
      tools,
      http: config.http,
      async deliver({ message, send, secret, redaction }) {
        const key = message.render(await secret(config.apiKey, config.apiKeyFile));
        redaction.add(key);
        let status = 0;
        for (const { method, path, byAlias, json } of opsgenieCalls(config, message)) {
          const url = endpoint(config.apiUrl, path, byAlias ? { identifierType: 'alias' } : {});
          const answer = await send({ method, url, json, headers: { Authorization: `GenieKey ${key}` } });
          requireSuccess(answer, { retryStatuses: [429] });
          status = answer.status;
        }
        return `${message.status === 'resolved' ? 'closed' : 'created'}: status ${status}`;
      },
    }),
};
