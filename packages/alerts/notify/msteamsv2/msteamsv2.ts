import { createHttpNotifier, requireSuccess } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import type { MsteamsV2Config } from './msteamsv2-config.ts';
import { msteamsV2Table } from './msteamsv2-config.ts';
import { msteamsV2Payload } from './msteamsv2-payload.ts';

/** Microsoft Teams through a Power Automate workflow. */
export const msteamsV2: IntegrationKind<MsteamsV2Config> = {
  name: 'msteamsv2',
  key: 'msteamsv2_configs',
  table: msteamsV2Table,
  create: (config, tools) =>
    createHttpNotifier({
      tools,
      http: config.http,
      async deliver({ message, send, secretUrl }) {
        const url = await secretUrl(config.webhookUrl, config.webhookUrlFile);
        const answer = await send({ url, json: msteamsV2Payload(config, message) });
        requireSuccess(answer, { retryStatuses: [429] });
        return `status ${answer.status}`;
      },
    }),
};
