import { boolean, duration, string } from '@petrel/config/schema/scalars.ts';
import { field, optional, required, table } from '@petrel/config/schema/schema.ts';
import type { IntegrationConfig, IntegrationKind } from '../notify/integration.ts';

interface Webhook extends IntegrationConfig {
  readonly url: string;
  readonly timeoutMs?: number;
}

const kind: IntegrationKind<Webhook> = {
  name: 'webhook',
  key: 'webhook_configs',
  table: () =>
    table<Webhook>('webhook_config', {
      sendResolved: field('send_resolved', boolean, true, ''),
      url: required('url', string, ''),
      timeoutMs: optional('timeout', duration, ''),
    }),
  create() {
    throw new Error('nothing is sent in these tests');
  },
};

/** Receivers of the engine's tests, which never send. */
export const WEBHOOKS = [kind as unknown as IntegrationKind];
