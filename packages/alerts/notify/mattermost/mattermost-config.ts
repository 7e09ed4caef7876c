import { list } from '@petrel/config/schema/composite.ts';
import { boolean, path } from '@petrel/config/schema/scalars.ts';
import type { Table } from '@petrel/config/schema/schema.ts';
import { field, optional, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import type { GlobalConfig } from '../../config/global.ts';
import { httpConfig, httpConfigOf } from '../../config/http-config.ts';
import { exclusive, secretUrl, templated } from '../../config/secrets.ts';
import { inherited } from '../inherited.ts';
import type { IntegrationConfig } from '../integration.ts';

export interface MattermostField {
  readonly title: string;
  readonly value: string;
  readonly short?: boolean;
}

/** A block below the text; every part is a template, absent ones are left out. */
export interface MattermostAttachment {
  readonly fallback?: string;
  readonly color?: string;
  readonly pretext?: string;
  readonly text?: string;
  readonly authorName?: string;
  readonly authorLink?: string;
  readonly authorIcon?: string;
  readonly title?: string;
  readonly titleLink?: string;
  readonly fields?: readonly MattermostField[];
  readonly thumbUrl?: string;
  readonly footer?: string;
  readonly footerIcon?: string;
  readonly imageUrl?: string;
}

export interface MattermostPriority {
  /** `urgent`, `important`, `standard`; '' for none. */
  readonly priority: string;
  readonly requestedAck: boolean;
  readonly persistentNotifications: boolean;
}

/** What is written beside the text (`title`, `color`, …) makes an attachment before those of `attachments`. */
export interface MattermostConfig extends IntegrationConfig, Omit<MattermostAttachment, 'text'> {
  readonly http: HttpClientConfig;
  readonly webhookUrl?: string;
  readonly webhookUrlFile?: string;
  readonly channel: string;
  readonly username: string;
  readonly text: string;
  readonly iconUrl: string;
  readonly iconEmoji: string;
  readonly attachments: readonly MattermostAttachment[];
  readonly type: string;
  readonly props: { readonly card: string };
  readonly priority: MattermostPriority;
}

const fieldTable = table<MattermostField>(
  'mattermost_field',
  {
    title: field('title', templated, '', 'Title; required.'),
    value: field('value', templated, '', 'Value; required.'),
    short: optional('short', boolean, 'Short enough to stand beside another.'),
  },
  {
    check({ title, value }, report) {
      if (title === '') report.error('title', 'missing title in Mattermost field configuration');
      else if (value === '') report.error('value', 'missing value in Mattermost field configuration');
    },
  },
);

const ATTACHMENT = {
  fallback: optional('fallback', templated, 'What clients show that know no attachments.'),
  color: optional('color', templated, 'Colour of the bar.'),
  pretext: optional('pretext', templated, 'Text above.'),
  authorName: optional('author_name', templated, 'Name above the title.'),
  authorLink: optional('author_link', templated, 'Where the name leads.'),
  authorIcon: optional('author_icon', templated, 'Picture beside the name.'),
  title: optional('title', templated, 'Title.'),
  titleLink: optional('title_link', templated, 'Where the title leads.'),
  fields: optional('fields', list(fieldTable), 'A table below the text.'),
  thumbUrl: optional('thumb_url', templated, 'A small picture.'),
  footer: optional('footer', templated, 'Text below.'),
  footerIcon: optional('footer_icon', templated, 'Picture beside the footer.'),
  imageUrl: optional('image_url', templated, 'A picture.'),
};

const attachmentTable = table<MattermostAttachment>('mattermost_attachment', {
  ...ATTACHMENT,
  text: optional('text', templated, 'Text.'),
});

const priorityTable = table<MattermostPriority>('mattermost_priority', {
  priority: field('priority', templated, '', '`urgent`, `important` or `standard`.'),
  requestedAck: field('requested_ack', boolean, false, 'Ask for an acknowledgement.'),
  persistentNotifications: field('persistent_notifications', boolean, false, 'Notify until somebody has read it.'),
});

const propsTable = table<{ readonly card: string }>('mattermost_props', {
  card: field('card', templated, '', 'Markdown that opens beside the message.'),
});

const NO_PRIORITY: MattermostPriority = { priority: '', requestedAck: false, persistentNotifications: false };
const preset = (name: string): string => `{{ template "mattermost.default.${name}" . }}`;

/** What a part of the first attachment is where another part of it is written. */
export const MATTERMOST_PRESETS = {
  fallback: preset('fallback'),
  color: preset('color'),
  title: preset('title'),
  titleLink: preset('titlelink'),
} as const;

/** A block of `mattermost_configs`; the webhook may come from `global`. */
export function mattermostTable(global: GlobalConfig): Table<MattermostConfig> {
  return table<MattermostConfig, MattermostConfig>(
    'mattermost_config',
    {
      sendResolved: field('send_resolved', boolean, true, 'Tell of resolved alerts.'),
      http: field('http_config', httpConfig, global.http, 'How the API is reached.'),
      webhookUrl: optional('webhook_url', secretUrl, 'The incoming webhook.'),
      webhookUrlFile: optional('webhook_url_file', path, 'The same, in a file.'),
      channel: field('channel', templated, '', 'Another channel than that of the webhook.'),
      username: field('username', templated, preset('username'), 'The name that the message comes from.'),
      text: field('text', templated, preset('text'), 'Text, Markdown; 16383 characters.'),
      iconUrl: field('icon_url', templated, '', 'Picture of the sender.'),
      iconEmoji: field('icon_emoji', templated, '', 'Emoji as the picture of the sender.'),
      ...ATTACHMENT,
      attachments: field('attachments', list(attachmentTable), [], 'Blocks below the text.'),
      type: field('type', templated, '', 'Type of the post; begins with `custom_`.'),
      props: field('props', propsTable, { card: '' }, 'Further properties of the post.'),
      priority: field('priority', priorityTable, NO_PRIORITY, 'Priority of the post.'),
    },
    {
      check(config, report) {
        exclusive(report, 'webhook_url', 'webhook_url_file');
        if (Object.keys(webhookOf(config, global)).length === 0)
          report.error('webhook_url', 'missing webhook_url or webhook_url_file on mattermost_config');
      },
      finish: (config) => ({
        ...config,
        ...webhookOf(config, global),
        http: httpConfigOf(global.http, config.http),
      }),
    },
  );
}

function webhookOf({ webhookUrl, webhookUrlFile }: MattermostConfig, global: GlobalConfig) {
  return inherited(
    { webhookUrl, webhookUrlFile },
    { webhookUrl: global.mattermostWebhookUrl, webhookUrlFile: global.mattermostWebhookUrlFile },
  );
}
