import type { Message } from '../message-data.ts';
import { truncateBytes } from '../truncate.ts';
import type { MsteamsConfig } from './msteams-config.ts';

/** A connector takes 28 KB; the rest is for title, summary and what JSON adds. */
const MAX_TEXT_BYTES = 24 * 1024;
const COLORS = { firing: '8C1A1A', resolved: '2DC72D' } as const;

/** A message card: https://learn.microsoft.com/en-us/outlook/actionable-messages/message-card-reference. */
export function msteamsPayload(config: MsteamsConfig, { render, status }: Message): object {
  return {
    '@context': 'http://schema.org/extensions',
    type: 'MessageCard',
    title: render(config.title),
    summary: render(config.summary),
    text: truncateBytes(render(config.text), MAX_TEXT_BYTES).text,
    themeColor: COLORS[status],
  };
}
