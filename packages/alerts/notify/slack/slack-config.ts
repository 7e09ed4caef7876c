import { list } from '@petrel/config/schema/composite.ts';
import { boolean, duration, path, url } from '@petrel/config/schema/scalars.ts';
import type { Table, TableReport } from '@petrel/config/schema/schema.ts';
import { field, optional, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import type { GlobalConfig } from '../../config/global.ts';
import { httpConfig, httpConfigOf } from '../../config/http-config.ts';
import { exclusive, secretText, secretUrl, templated } from '../../config/secrets.ts';
import { given } from '../inherited.ts';
import type { IntegrationConfig } from '../integration.ts';
import type { SlackAction, SlackField } from './slack-parts.ts';
import { slackAction, slackField } from './slack-parts.ts';

/** Every text is a template. Either one of the URLs of an incoming webhook, or (as `apiUrl`, too) the API with a token in `http.authorization`. */
export interface SlackConfig extends IntegrationConfig {
  readonly http: HttpClientConfig;
  readonly apiUrl?: string;
  readonly apiUrlFile?: string;
  readonly appToken?: string;
  readonly appTokenFile?: string;
  readonly appUrl?: string;
  readonly channel: string;
  readonly username: string;
  readonly color: string;
  readonly title: string;
  readonly titleLink: string;
  readonly pretext: string;
  readonly text: string;
  readonly messageText: string;
  readonly fields: readonly SlackField[];
  readonly shortFields: boolean;
  readonly footer: string;
  readonly fallback: string;
  readonly callbackId: string;
  readonly iconEmoji: string;
  readonly iconUrl: string;
  readonly imageUrl: string;
  readonly thumbUrl: string;
  readonly linkNames: boolean;
  readonly mrkdwnIn: readonly string[];
  readonly actions: readonly SlackAction[];
  /** Change the message that told of the group first, instead of posting another. */
  readonly updateMessage: boolean;
  /** Post what follows as replies to the message that told of the group first. */
  readonly postUpdatesToThread: boolean;
  /** 0: the default of all HTTP notifiers. */
  readonly timeoutMs: number;
}

const POST_MESSAGE = 'https://slack.com/api/chat.postMessage';

const text = (key: string, name: string | undefined, doc: string) =>
  field(key, templated, name === undefined ? '' : `{{ template "slack.default.${name}" . }}`, doc);

export function slackTable(global: GlobalConfig): Table<SlackConfig> {
  return table<SlackConfig, SlackConfig>(
    'slack_config',
    {
      sendResolved: field('send_resolved', boolean, false, 'Tell of resolved alerts.'),
      http: field('http_config', httpConfig, global.http, 'How Slack is reached.'),
      apiUrl: optional('api_url', secretUrl, "An incoming webhook's URL."),
      apiUrlFile: optional('api_url_file', path, 'The same, in a file.'),
      appToken: optional('app_token', secretText, "An app's token; messages go through the API."),
      appTokenFile: optional('app_token_file', path, 'The same, in a file.'),
      appUrl: optional('app_url', url, "The API's method that posts; default `chat.postMessage`."),
      channel: text('channel', undefined, 'Channel or user.'),
      username: text('username', 'username', 'Who seems to write.'),
      color: text('color', 'color', '`good`, `warning`, `danger` or `#rrggbb`.'),
      title: text('title', 'title', 'Title; 1024 characters.'),
      titleLink: text('title_link', 'titlelink', 'What the title leads to.'),
      pretext: text('pretext', 'pretext', 'Text above the coloured block.'),
      text: text('text', 'text', 'Text.'),
      messageText: text('message_text', undefined, 'Text of the message itself, above everything.'),
      fields: field('fields', list(slackField), [], 'Pairs of title and value.'),
      shortFields: field('short_fields', boolean, false, 'Fields stand side by side unless they say otherwise.'),
      footer: text('footer', 'footer', 'Text below.'),
      fallback: text('fallback', 'fallback', 'What is shown where there is no room.'),
      callbackId: text('callback_id', 'callbackid', 'Identifies the message when a button is pressed.'),
      iconEmoji: text('icon_emoji', 'iconemoji', 'Icon of the writer.'),
      iconUrl: text('icon_url', 'iconurl', 'The same, as a URL.'),
      imageUrl: text('image_url', undefined, 'A picture below the text.'),
      thumbUrl: text('thumb_url', undefined, 'A small picture beside the text.'),
      linkNames: field('link_names', boolean, false, 'Turn names into links.'),
      mrkdwnIn: field(
        'mrkdwn_in',
        list(templated),
        [],
        'Which parts are formatted; default fallback, pretext and text.',
      ),
      actions: field('actions', list(slackAction), [], 'Buttons.'),
      updateMessage: field('update_message', boolean, false, 'Change the first message instead of posting more.'),
      postUpdatesToThread: field(
        'post_updates_to_thread',
        boolean,
        false,
        'Post more as replies to the first message.',
      ),
      timeoutMs: field('timeout', duration, 0, 'Of one attempt; 0: 30 s.'),
    },
    { check: (config, report) => checkSlack(config, global, report), finish: (config) => complete(config, global) },
  );
}

function checkSlack(config: SlackConfig, global: GlobalConfig, report: TableReport): void {
  const isBot = config.apiUrl === POST_MESSAGE || usesToken(complete(config, global));
  const requireBot = (key: string, wanted: boolean): void => {
    if (wanted && !isBot)
      report.error(key, `${key} can only be used with bot tokens. api_url must be set to ${POST_MESSAGE}`);
  };
  exclusive(report, 'api_url', 'api_url_file');
  exclusive(report, 'app_token', 'app_token_file');
  const hasToken = report.has('app_token') || report.has('app_token_file');
  if ((report.has('api_url') || report.has('api_url_file')) && hasToken) {
    report.error('app_token', 'at most one of api_url/api_url_file & app_token/app_token_file must be configured');
  }
  requireBot('update_message', config.updateMessage);
  requireBot('post_updates_to_thread', config.postUpdatesToThread);
  const whole = { ...config, ...endpoint(config, global) };
  if ((whole.apiUrl ?? whole.apiUrlFile) === undefined && !usesToken(whole)) {
    report.error('api_url', 'no Slack API URL nor App token set either inline or in a file');
  }
  if (usesToken(whole) && config.http !== global.http && config.http.authorization !== undefined) {
    report.error('http_config', "http authorization can't be set when using Slack App tokens");
  }
}

function usesToken({ appToken, appTokenFile }: SlackConfig): boolean {
  return (appToken ?? appTokenFile) !== undefined;
}

/** The webhook or the token of the block, else those of `global`; a token of the block leaves no place for a webhook of `global`. */
function endpoint(config: SlackConfig, global: GlobalConfig): Partial<SlackConfig> {
  const { apiUrl, apiUrlFile, appToken, appTokenFile } = config;
  if ((appToken ?? appTokenFile) !== undefined) return given({ appToken, appTokenFile });
  if ((apiUrl ?? apiUrlFile) !== undefined) return given({ apiUrl, apiUrlFile });
  const { slackAppToken, slackAppTokenFile, slackApiUrl, slackApiUrlFile } = global;
  const ownAuthorization = config.http !== global.http && config.http.authorization !== undefined;
  if ((slackAppToken ?? slackAppTokenFile) !== undefined && !ownAuthorization) {
    return given({ appToken: slackAppToken, appTokenFile: slackAppTokenFile });
  }
  return given({ apiUrl: slackApiUrl, apiUrlFile: slackApiUrlFile });
}

/** With a token the request goes to the API, and the token is its authorization. */
function complete(config: SlackConfig, global: GlobalConfig): SlackConfig {
  const whole: SlackConfig = { ...config, ...endpoint(config, global), http: httpConfigOf(global.http, config.http) };
  if (!usesToken(whole)) return whole;
  const authorization = given({ credentials: whole.appToken, credentialsFile: whole.appTokenFile });
  const apiUrl = config.appUrl ?? global.slackAppUrl ?? POST_MESSAGE;
  return { ...whole, apiUrl, http: { ...whole.http, authorization } };
}
