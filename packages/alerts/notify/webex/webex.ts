import { omitEmpty } from '../go-json.ts';
import { createHttpNotifier, requireSuccess } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import type { Message } from '../message-data.ts';
import { truncateBytes } from '../truncate.ts';
import type { WebexConfig } from './webex-config.ts';
import { webexTable } from './webex-config.ts';

/** https://developer.webex.com/docs/api/v1/messages/create-a-message: 7439 bytes. */
const MAX_MESSAGE_BYTES = 7439;

/** A message to a room. */
export function webexPayload(config: WebexConfig, { render }: Message): object {
  return {
    markdown: truncateBytes(render(config.message), MAX_MESSAGE_BYTES).text,
    ...omitEmpty({ roomId: render(config.roomId) }),
  };
}

/** Webex: a bot writes to a room; its token is the `authorization` of the `http_config`. */
export const webex: IntegrationKind<WebexConfig> = {
  name: 'webex',
  key: 'webex_configs',
  table: webexTable,
  create: (config, tools) =>
    createHttpNotifier({
      tools,
      http: config.http,
      async deliver({ message, send }) {
        const answer = await send({ url: config.apiUrl, json: webexPayload(config, message) });
        requireSuccess(answer, { retryStatuses: [429] });
        return `status ${answer.status}`;
      },
    }),
};
