import { createHttpNotifier, requireSuccess } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import type { DiscordConfig } from './discord-config.ts';
import { discordTable } from './discord-config.ts';
import { discordPayload } from './discord-payload.ts';

/** Discord through a channel's webhook. */
export const discord: IntegrationKind<DiscordConfig> = {
  name: 'discord',
  key: 'discord_configs',
  table: discordTable,
  create: (config, tools) =>
    createHttpNotifier({
      tools,
      http: config.http,
      async deliver({ message, send, secretUrl }) {
        const url = await secretUrl(config.webhookUrl, config.webhookUrlFile);
        const answer = await send({ url, json: discordPayload(config, message) });
        requireSuccess(answer, { retryStatuses: [429] });
        return `status ${answer.status}`;
      },
    }),
};
