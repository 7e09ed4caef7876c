import { createHmac } from 'node:crypto';
import { createCard } from '../card/card.ts';
import { fitCard } from '../card/fit-card.ts';
import { goJson } from '../go-json.ts';
import type { Message } from '../message-data.ts';
import type { DingtalkConfig } from './dingtalk-config.ts';
import { dingtalkButtons, dingtalkMarkdown } from './dingtalk-markdown.ts';

/** What a robot takes in one request. */
const MAX_BODY_BYTES = 20_000;

export interface DingtalkMention {
  readonly atMobiles: readonly string[];
  readonly atUserIds: readonly string[];
  readonly isAtAll: boolean;
}

export type DingtalkPayload =
  | {
      readonly msgtype: 'markdown';
      readonly markdown: { readonly title: string; readonly text: string };
      readonly at: DingtalkMention;
    }
  | {
      readonly msgtype: 'actionCard';
      readonly actionCard: {
        readonly title: string;
        readonly text: string;
        readonly btnOrientation: '0' | '1';
        readonly btns: readonly { readonly title: string; readonly actionURL: string }[];
      };
      readonly at: DingtalkMention;
    };

/** The body for the robot, never above its limit. People are mentioned only while something fires. */
export function dingtalkPayload(config: DingtalkConfig, message: Message, externalUrl: string): DingtalkPayload {
  const at = mentionOf(config, message);
  const mentions = [...at.atMobiles, ...at.atUserIds].map((id) => `@${id}`);
  return fitCard(
    (limits): DingtalkPayload => {
      const { title, text: own, keyword, messageType } = config;
      const card = createCard(message, { title, text: own, externalUrl, ...limits });
      if (messageType === 'markdown') {
        const text = dingtalkMarkdown(card, { mentions, keyword, withLinks: true });
        return { msgtype: 'markdown', markdown: { title: card.title, text }, at };
      }
      const btns = dingtalkButtons(card);
      const text = dingtalkMarkdown(card, { mentions, keyword, withLinks: btns.length === 1 });
      const actionCard = { title: card.title, text, btnOrientation: btns.length > 2 ? '0' : '1', btns } as const;
      return { msgtype: 'actionCard', actionCard, at };
    },
    { maxAlerts: config.maxAlerts, sizeOf: (value) => Buffer.byteLength(goJson(value)), limitBytes: MAX_BODY_BYTES },
  );
}

function mentionOf({ at }: DingtalkConfig, { status, render }: Message): DingtalkMention {
  if (status === 'resolved') return { atMobiles: [], atUserIds: [], isAtAll: false };
  const rendered = (templates: readonly string[]): string[] =>
    templates.map((template) => render(template).trim()).filter((text) => text !== '');
  return { atMobiles: rendered(at.mobiles), atUserIds: rendered(at.userIds), isAtAll: at.all };
}

/** The robot's URL with timestamp (ms) and signature: HMAC-SHA256 of `timestamp\nsecret` with the secret as the key, base64, percent-encoded. */
export function signedDingtalkUrl(url: string, secret: string, nowMs: number): { url: string; sign: string } {
  const timestamp = String(Math.trunc(nowMs));
  const sign = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
  const separator = url.includes('?') ? '&' : '?';
  return { url: `${url}${separator}timestamp=${timestamp}&sign=${encodeURIComponent(sign)}`, sign };
}
