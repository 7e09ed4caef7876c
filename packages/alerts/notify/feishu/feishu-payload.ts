import { createHmac } from 'node:crypto';
import { createCard } from '../card/card.ts';
import { fitCard } from '../card/fit-card.ts';
import { goJson } from '../go-json.ts';
import type { Message } from '../message-data.ts';
import type { FeishuCard } from './feishu-card.ts';
import { feishuCard } from './feishu-card.ts';
import type { FeishuConfig } from './feishu-config.ts';

/** A custom bot takes requests of 20 KB; timestamp and signature come on top of the card. */
const MAX_BODY_BYTES = 20_000;
const ENVELOPE_BYTES = 300;

/** A request to the bot; timestamp and signature are there where it has a secret. */
export interface FeishuPayload {
  /** Seconds since the epoch. */
  readonly timestamp?: string;
  readonly sign?: string;
  readonly msg_type: 'interactive';
  readonly card: FeishuCard;
}

export interface FeishuPayloadOptions {
  readonly externalUrl: string;
  /** '' for none. */
  readonly secret: string;
  readonly nowMs: number;
}

/** The body for the bot: an interactive card, signed where there is a secret, never above the bot's limit. */
export function feishuPayload(config: FeishuConfig, message: Message, options: FeishuPayloadOptions): FeishuPayload {
  const { secret, nowMs, externalUrl } = options;
  const timestamp = String(Math.trunc(nowMs / 1000));
  const ids = message.status === 'firing' ? config.at.map(message.render).filter((id) => id !== '') : [];
  const mentions = message.status === 'firing' && config.atAll ? ['all'] : ids;
  const card = fitCard(
    (limits) => {
      const { title, text, keyword } = config;
      return feishuCard(createCard(message, { title, text, externalUrl, ...limits }), { mentions, keyword });
    },
    {
      maxAlerts: config.maxAlerts,
      sizeOf: (value) => Buffer.byteLength(goJson(value)),
      limitBytes: MAX_BODY_BYTES - ENVELOPE_BYTES,
    },
  );
  const signature = secret === '' ? {} : { timestamp, sign: feishuSign(secret, timestamp) };
  return { ...signature, msg_type: 'interactive', card };
}

/** Feishu's signature: the timestamp and the secret are the key, and what is signed is nothing. Base64. */
export function feishuSign(secret: string, timestamp: string): string {
  return createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64');
}
