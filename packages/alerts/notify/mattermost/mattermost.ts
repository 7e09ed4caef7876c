import { DeliveryError } from '../delivery-error.ts';
import { createHttpNotifier, requireSuccess } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import type { MattermostConfig } from './mattermost-config.ts';
import { mattermostTable } from './mattermost-config.ts';
import { mattermostPayload } from './mattermost-payload.ts';

/** Mattermost through an incoming webhook. */
export const mattermost: IntegrationKind<MattermostConfig> = {
  name: 'mattermost',
  key: 'mattermost_configs',
  table: mattermostTable,
  create: (config, tools) =>
    createHttpNotifier({
      tools,
      http: config.http,
      async deliver({ message, send, secretUrl }) {
        const url = await secretUrl(config.webhookUrl, config.webhookUrlFile);
        if (url === '') throw new DeliveryError('webhook url missing', false);
        const answer = await send({ url, json: mattermostPayload(config, message) });
        requireSuccess(answer, { retryStatuses: [429] });
        return `status ${answer.status}`;
      },
    }),
};
