import { DeliveryError } from '../delivery-error.ts';
import type { HttpAnswer } from '../http-notifier.ts';
import { createHttpNotifier, requireSuccess } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import type { MsteamsConfig } from './msteams-config.ts';
import { msteamsTable } from './msteams-config.ts';
import { msteamsPayload } from './msteams-payload.ts';

/** Microsoft Teams through a connector's incoming webhook. */
export const msteams: IntegrationKind<MsteamsConfig> = {
  name: 'msteams',
  key: 'msteams_configs',
  table: msteamsTable,
  create: (config, tools) =>
    createHttpNotifier({
      tools,
      http: config.http,
      async deliver({ message, send, secretUrl }) {
        const url = await secretUrl(config.webhookUrl, config.webhookUrlFile);
        const answer = await send({ url, json: msteamsPayload(config, message) });
        requireSuccess(answer, { retryStatuses: [429] });
        requireDelivered(answer);
        return `status ${answer.status}`;
      },
    }),
};

/** A connector that could not pass the message on says so in the text of a 200. */
function requireDelivered({ text }: HttpAnswer): void {
  const status = /HTTP error (\d{3})/.exec(text)?.[1];
  if (status === undefined) return;
  const retryable = status === '429' || status.startsWith('5');
  throw new DeliveryError(`the connector could not deliver: ${text}`, retryable);
}
