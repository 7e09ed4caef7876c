import { omitEmpty } from '../go-json.ts';
import type { Message } from '../message-data.ts';
import { truncateRunes } from '../truncate.ts';
import type { SlackConfig } from './slack-config.ts';
import type { SlackAction, SlackField } from './slack-parts.ts';

/** Of an attachment's title, by Slack's reference. */
const MAX_TITLE_RUNES = 1024;
const FORMATTED_PARTS = ['fallback', 'pretext', 'text'];

/** A message that has been posted: what `chat.update` changes. */
export interface PostedMessage {
  readonly channel: string;
  readonly ts: string;
}

/** What is posted, in Alertmanager's order of fields. */
export interface SlackPayload {
  readonly channel?: string;
  readonly attachments: readonly object[];
}

/** What is done about a message that has been posted: it is changed, or answered. */
export interface SlackTarget {
  readonly how: 'update' | 'reply';
  readonly message: PostedMessage;
}

/** `target`: absent for a new message. Throws TemplateError. */
export function slackPayload(config: SlackConfig, { render }: Message, target?: SlackTarget): SlackPayload {
  const head = omitEmpty({
    channel: target?.message.channel ?? render(config.channel),
    ts: target?.how === 'update' ? target.message.ts : undefined,
    thread_ts: target?.how === 'reply' ? target.message.ts : undefined,
    username: render(config.username),
    icon_emoji: render(config.iconEmoji),
    icon_url: render(config.iconUrl),
    link_names: config.linkNames,
    text: render(config.messageText),
  });
  return { ...head, attachments: [attachment(config, render)] };
}

type Render = Message['render'];

function attachment(config: SlackConfig, render: Render): object {
  return {
    ...omitEmpty({
      title: truncateRunes(render(config.title), MAX_TITLE_RUNES).text,
      title_link: render(config.titleLink),
      pretext: render(config.pretext),
    }),
    text: render(config.text),
    fallback: render(config.fallback),
    callback_id: render(config.callbackId),
    ...omitEmpty({
      fields: config.fields.map((field) => fieldOf(field, config.shortFields, render)),
      actions: config.actions.map((action) => actionOf(action, render)),
      image_url: render(config.imageUrl),
      thumb_url: render(config.thumbUrl),
    }),
    footer: render(config.footer),
    ...omitEmpty({
      color: render(config.color),
      mrkdwn_in: config.mrkdwnIn.length > 0 ? config.mrkdwnIn : FORMATTED_PARTS,
    }),
  };
}

function fieldOf({ title, value, short }: SlackField, shortFields: boolean, render: Render): object {
  return { ...omitEmpty({ title: render(title), value: render(value) }), short: short ?? shortFields };
}

function actionOf(action: SlackAction, render: Render): object {
  const { confirm } = action;
  return omitEmpty({
    type: render(action.type),
    text: render(action.text),
    url: render(action.url),
    style: render(action.style),
    name: render(action.name),
    value: render(action.value),
    confirm:
      confirm === undefined
        ? undefined
        : omitEmpty({
            text: render(confirm.text),
            title: render(confirm.title),
            ok_text: render(confirm.okText),
            dismiss_text: render(confirm.dismissText),
          }),
  });
}
