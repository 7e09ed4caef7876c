import type { Message } from '../message-data.ts';
import { truncateRunes } from '../truncate.ts';
import type { PushoverConfig } from './pushover-config.ts';

/** https://pushover.net/api#limits, in characters. */
const MAX_TITLE_RUNES = 250;
const MAX_MESSAGE_RUNES = 1024;
const MAX_URL_RUNES = 512;
/** Pushover refuses an empty message. */
const NO_MESSAGE = '(no details)';

export interface PushoverKeys {
  readonly token: string;
  readonly user: string;
}

/** The parameters of a message, sorted by name. */
export function pushoverParameters(config: PushoverConfig, message: Message, keys: PushoverKeys): URLSearchParams {
  const { render, renderHtml } = message;
  const text = config.html ? renderHtml(config.message) : render(config.message);
  const ttlSeconds = Math.trunc(config.ttlMs / 1000);
  const parameters = new URLSearchParams({
    token: keys.token,
    user: keys.user,
    title: truncateRunes(render(config.title), MAX_TITLE_RUNES).text,
    message: truncateRunes(text, MAX_MESSAGE_RUNES).text.trim() || NO_MESSAGE,
    url: truncateRunes(render(config.url), MAX_URL_RUNES).text,
    url_title: render(config.urlTitle),
    priority: render(config.priority),
    retry: String(Math.trunc(config.retryMs / 1000)),
    expire: String(Math.trunc(config.expireMs / 1000)),
    device: render(config.device),
    sound: render(config.sound),
    ...(config.html && { html: '1' }),
    ...(config.monospace && { monospace: '1' }),
    ...(ttlSeconds > 0 && { ttl: String(ttlSeconds) }),
  });
  parameters.sort();
  return parameters;
}
