import { createHttpNotifier, requireSuccess } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import type { PushoverConfig } from './pushover-config.ts';
import { pushoverTable } from './pushover-config.ts';
import { pushoverParameters } from './pushover-payload.ts';

/** Where messages go; Alertmanager knows no key that changes it. */
export const PUSHOVER_URL = 'https://api.pushover.net/1/messages.json';

/** Pushover: a message on somebody's devices; of priority 2 it is repeated there until it is acknowledged. */
export const pushover: IntegrationKind<PushoverConfig> = {
  name: 'pushover',
  key: 'pushover_configs',
  table: pushoverTable,
  create: (config, tools) =>
    createHttpNotifier({
      tools,
      http: config.http,
      async deliver({ message, send, secret, redaction }) {
        const token = message.render(await secret(config.token, config.tokenFile));
        const user = message.render(await secret(config.userKey, config.userKeyFile));
        redaction.add(token, user);
        const parameters = pushoverParameters(config, message, { token, user });
        const answer = await send({ url: `${PUSHOVER_URL}?${parameters}`, contentType: 'text/plain', body: '' });
        requireSuccess(answer, { retryStatuses: [429] });
        return `status ${answer.status}`;
      },
    }),
};
