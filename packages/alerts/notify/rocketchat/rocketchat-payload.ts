import { omitEmpty } from '../go-json.ts';
import type { Message } from '../message-data.ts';
import { truncateRunes } from '../truncate.ts';
import type { RocketchatConfig } from './rocketchat-config.ts';

const MAX_TITLE_RUNES = 1024;

/** The body of `chat.postMessage`: one attachment. */
export function rocketchatPayload(config: RocketchatConfig, { render }: Message): Readonly<Record<string, unknown>> {
  const attachment = omitEmpty({
    title: truncateRunes(render(config.title), MAX_TITLE_RUNES).text,
    title_link: render(config.titleLink),
    text: render(config.text),
    image_url: render(config.imageUrl),
    thumb_url: render(config.thumbUrl),
    color: render(config.color),
    fields: config.fields.map(({ title, value, short }) => ({
      short: short ?? config.shortFields,
      ...omitEmpty({ title: render(title), value: render(value) }),
    })),
    actions: config.actions.map(({ text, url, msg }) => ({
      type: 'button',
      ...omitEmpty({ text: render(text), url: render(url) }),
      is_webview: false,
      ...omitEmpty({ msg: render(msg) }),
      msg_in_chat_window: false,
    })),
  });
  return {
    ...omitEmpty({
      channel: render(config.channel),
      emoji: render(config.emoji),
      avatar: render(config.iconUrl),
    }),
    attachments: [attachment],
  };
}
