import { DeliveryError } from '../delivery-error.ts';
import { endpoint } from '../endpoint.ts';
import { createHttpNotifier, requireSuccess } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { RocketchatConfig } from './rocketchat-config.ts';
import { rocketchatTable } from './rocketchat-config.ts';
import { rocketchatPayload } from './rocketchat-payload.ts';

/** Rocket.Chat's REST API with a personal access token. */
export const rocketchat: IntegrationKind<RocketchatConfig> = {
  name: 'rocketchat',
  key: 'rocketchat_configs',
  table: rocketchatTable,
  create: (config, tools) =>
    createHttpNotifier({
      tools,
      http: config.http,
      async deliver({ message, send, secret }) {
        const headers = {
          'X-Auth-Token': await secret(config.token, config.tokenFile),
          'X-User-Id': await secret(config.tokenId, config.tokenIdFile),
        };
        const json = rocketchatPayload(config, message);
        const answer = await send({ url: endpoint(config.apiUrl, 'api/v1/chat.postMessage'), json, headers });
        requireSuccess(answer, { retryStatuses: [429], details: ({ text }) => `channel ${json.channel}: ${text}` });
        const { success, error } = jsonAnswer(answer);
        if (success !== true) {
          throw new DeliveryError(`channel ${json.channel}: Rocket.Chat refused: ${String(error ?? '')}`, false);
        }
        return `channel ${json.channel}: status ${answer.status}`;
      },
    }),
};
