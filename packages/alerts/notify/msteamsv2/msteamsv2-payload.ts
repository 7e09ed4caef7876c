import type { Message } from '../message-data.ts';
import { truncateBytes } from '../truncate.ts';
import type { MsteamsV2Config } from './msteamsv2-config.ts';

/** A message takes 28 KB; the rest is for the title and what JSON adds. */
const MAX_TEXT_BYTES = 24 * 1024;
const COLORS = { firing: 'Attention', resolved: 'Good' } as const;

/** A message with one adaptive card: https://learn.microsoft.com/en-us/connectors/teams/#request-body-schema. */
export function msteamsV2Payload(config: MsteamsV2Config, { render, status }: Message): object {
  const title = {
    type: 'TextBlock',
    text: render(config.title),
    weight: 'Bolder',
    size: 'Medium',
    wrap: true,
    style: 'heading',
    color: COLORS[status],
  };
  const text = { type: 'TextBlock', text: truncateBytes(render(config.text), MAX_TEXT_BYTES).text, wrap: true };
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.2',
    body: [title, text],
    msteams: { width: 'full' },
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}
