import { omitEmpty } from '../go-json.ts';
import { given } from '../inherited.ts';
import type { Message } from '../message-data.ts';
import { truncateRunes } from '../truncate.ts';
import type { MattermostAttachment, MattermostConfig, MattermostPriority } from './mattermost-config.ts';
import { MATTERMOST_PRESETS } from './mattermost-config.ts';

/** https://developers.mattermost.com/integrate/webhooks/incoming/: 16383 characters. */
const MAX_TEXT_RUNES = 16_383;
const PRIORITIES = ['urgent', 'important', 'standard'];

type Render = (template: string) => string;

/** The body of an incoming webhook's request; what is empty is left out. */
export function mattermostPayload(config: MattermostConfig, { render }: Message): Readonly<Record<string, unknown>> {
  const text = truncateRunes(render(config.text), MAX_TEXT_RUNES).text;
  const attachments = attachmentsOf(config).map((attachment) => rendered(attachment, render));
  return omitEmpty({
    text,
    channel: render(config.channel),
    username: render(config.username),
    icon_url: render(config.iconUrl),
    icon_emoji: render(config.iconEmoji),
    attachments,
    type: render(config.type),
    props: omitEmpty({ card: render(config.props.card) }),
    priority: priorityOf(config.priority, render),
  });
}

function attachmentsOf(config: MattermostConfig): readonly MattermostAttachment[] {
  const { fallback, color, pretext, authorName, authorLink, authorIcon, title, titleLink, fields } = config;
  const { thumbUrl, footer, footerIcon, imageUrl } = config;
  const own = given({
    ...{ fallback, color, pretext, authorName, authorLink, authorIcon, title, titleLink, fields },
    ...{ thumbUrl, footer, footerIcon, imageUrl },
  });
  return Object.keys(own).length === 0
    ? config.attachments
    : [{ ...MATTERMOST_PRESETS, ...own }, ...config.attachments];
}

function rendered(attachment: MattermostAttachment, render: Render): object {
  const text = (template: string | undefined): string => (template === undefined ? '' : render(template));
  return omitEmpty({
    fallback: text(attachment.fallback),
    color: text(attachment.color),
    pretext: text(attachment.pretext),
    text: text(attachment.text),
    author_name: text(attachment.authorName),
    author_link: text(attachment.authorLink),
    author_icon: text(attachment.authorIcon),
    title: text(attachment.title),
    title_link: text(attachment.titleLink),
    fields: (attachment.fields ?? []).map(({ title, value, short }) => ({
      ...omitEmpty({ title: render(title), value: render(value) }),
      ...(short === undefined ? {} : { short }),
    })),
    thumb_url: text(attachment.thumbUrl),
    footer: text(attachment.footer),
    footer_icon: text(attachment.footerIcon),
    image_url: text(attachment.imageUrl),
  });
}

/** The server takes an acknowledgement only above `standard`, and lasting notifications only with `urgent`. */
function priorityOf(config: MattermostPriority, render: Render): object {
  if (config.priority === '') return {};
  const asked = render(config.priority).toLowerCase();
  const priority = PRIORITIES.includes(asked) ? asked : 'standard';
  return omitEmpty({
    priority,
    requested_ack: config.requestedAck && priority !== 'standard',
    persistent_notifications: config.persistentNotifications && priority === 'urgent',
  });
}
