import { quote } from '@petrel/model';
import { DeliveryError } from '../delivery-error.ts';
import type { HttpAnswer, HttpExchange } from '../http-notifier.ts';
import { createHttpNotifier, requireSuccess } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import type { SlackConfig } from './slack-config.ts';
import { slackTable } from './slack-config.ts';
import type { PostedMessage, SlackTarget } from './slack-payload.ts';
import { slackPayload } from './slack-payload.ts';

/** Groups whose first message is remembered; the oldest is forgotten, and the group gets a new message. */
const MAX_POSTED = 10_000;

const CANNOT_UPDATE = /: (?:message_not_found|cant_update_message|edit_window_closed|channel_not_found)$/;

/** Slack, through an incoming webhook or with an app's token through the API. */
export const slack: IntegrationKind<SlackConfig> = {
  name: 'slack',
  key: 'slack_configs',
  table: slackTable,
  create(config, tools) {
    const posted = new Map<string, PostedMessage>();
    return createHttpNotifier({
      tools,
      http: config.http,
      timeoutMs: config.timeoutMs,
      deliver: (exchange) => deliver(config, posted, exchange),
    });
  },
};

async function deliver(
  config: SlackConfig,
  posted: Map<string, PostedMessage>,
  { message, send, secretUrl }: HttpExchange,
): Promise<string> {
  const { groupKey } = message.notification;
  const { updateMessage, postUpdatesToThread } = config;
  const url = await secretUrl(config.apiUrl, config.apiUrlFile);
  let detail = '';
  const post = async (target?: SlackTarget): Promise<PostedMessage | undefined> => {
    const payload = slackPayload(config, message, target);
    const answer = await send({ url: target?.how === 'update' ? updateUrl(url) : url, json: payload });
    const channel = payload.channel ?? '';
    detail = `status ${answer.status}, channel ${quote(channel)}`;
    return readAnswer(answer, channel, () => target !== undefined && posted.delete(groupKey));
  };
  const earlier = updateMessage || postUpdatesToThread ? posted.get(groupKey) : undefined;
  let first = earlier;
  if (earlier === undefined) first = await post();
  else if (updateMessage) await post({ how: 'update', message: earlier });
  if (first === undefined) return detail;
  if (updateMessage || postUpdatesToThread) remember(posted, groupKey, first);
  // Changing a message alerts nobody; the reply does, and with both settings the thread holds the whole story.
  const replies = postUpdatesToThread && (earlier !== undefined || updateMessage);
  if (replies) await post({ how: 'reply', message: first });
  // The next alerts of a group whose alerts have all ended are a new story.
  if (message.status === 'resolved') posted.delete(groupKey);
  return detail;
}

function remember(posted: Map<string, PostedMessage>, groupKey: string, message: PostedMessage): void {
  posted.delete(groupKey);
  posted.set(groupKey, message);
  const oldest = posted.keys().next().value;
  if (posted.size > MAX_POSTED && oldest !== undefined) posted.delete(oldest);
}

/** `https://slack.com/api/chat.postMessage` → `…/chat.update`. */
function updateUrl(url: string): string {
  return url.replace(/chat\.postMessage$/, 'chat.update');
}

/** The posted message where Slack names it. Slack tells of errors with status 200 as well. `forget`: whether there was a message to change; there is none from then on. */
function readAnswer(answer: HttpAnswer, channel: string, forget: () => boolean): PostedMessage | undefined {
  try {
    requireSuccess(answer, { retryStatuses: [429] });
    if (answer.contentType.startsWith('application/json')) return readJson(answer.text);
    if (answer.text === 'ok') return undefined;
    throw new DeliveryError(`received an error response from Slack: ${answer.text}`, false);
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    // A message that cannot be changed any more is not what keeps people from being told.
    const retryable = error.retryable || (CANNOT_UPDATE.test(error.message) && forget());
    throw new DeliveryError(`channel ${quote(channel)}: ${error.message}`, retryable);
  }
}

function readJson(text: string): PostedMessage | undefined {
  let data: { readonly ok?: unknown; readonly error?: unknown; readonly channel?: unknown; readonly ts?: unknown };
  try {
    data = JSON.parse(text) as typeof data;
  } catch (error) {
    throw new DeliveryError(`could not unmarshal JSON response ${quote(text)}: ${(error as Error).message}`, true);
  }
  if (data.ok !== true) {
    const reason = typeof data.error === 'string' ? data.error : '';
    throw new DeliveryError(`error response from Slack: ${reason}`, isTemporary(reason));
  }
  const { channel, ts } = data;
  return typeof channel === 'string' && typeof ts === 'string' && ts !== '' ? { channel, ts } : undefined;
}

/** Slack's words for "later"; everything else will be refused again. */
function isTemporary(reason: string): boolean {
  return ['ratelimited', 'rate_limited', 'service_unavailable', 'internal_error', 'fatal_error'].includes(reason);
}
