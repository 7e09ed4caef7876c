import type { TableReport } from '@petrel/config/schema/schema.ts';
import { exclusive } from '../config/secrets.ts';

/** Exactly one of `webhook_url` and `webhook_url_file`, with Alertmanager's messages. */
export function requireWebhookUrl(report: TableReport): void {
  if (!report.has('webhook_url') && !report.has('webhook_url_file')) {
    report.error('webhook_url', 'one of webhook_url or webhook_url_file must be configured');
  }
  exclusive(report, 'webhook_url', 'webhook_url_file');
}
