import { DeliveryError } from '../delivery-error.ts';
import { createHttpNotifier, requireSuccess } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import type { PhoneConfig } from './phone-config.ts';
import { phoneTable } from './phone-config.ts';
import { phoneCall } from './phone-payload.ts';

/** A phone call through a gateway: a POST that says whom to call and what to read to them. */
export const phone: IntegrationKind<PhoneConfig> = {
  name: 'phone',
  key: 'phone_configs',
  table: phoneTable,
  create: (config, tools) =>
    createHttpNotifier({
      tools,
      http: config.http,
      timeoutMs: config.timeoutMs,
      async deliver({ message, send, secretUrl }) {
        const url = await secretUrl(config.url, config.urlFile);
        const json = phoneCall(config, message, tools.externalUrl);
        if (json.to.length === 0) throw new DeliveryError('nobody to call: every entry of `to` came out empty', false);
        const answer = await send({ url, json });
        requireSuccess(answer, { retryStatuses: [408, 429] });
        return `called ${json.to.length}: status ${answer.status}`;
      },
    }),
};
