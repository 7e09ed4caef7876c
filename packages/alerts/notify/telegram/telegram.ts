import { DeliveryError } from '../delivery-error.ts';
import { endpoint, pathText } from '../endpoint.ts';
import type { HttpAnswer } from '../http-notifier.ts';
import { createHttpNotifier, requireSuccess } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import { jsonAnswer, maybeJson } from '../json-answer.ts';
import type { TelegramConfig } from './telegram-config.ts';
import { telegramTable } from './telegram-config.ts';
import { telegramPayload } from './telegram-payload.ts';

/** Telegram: a bot writes to a chat. Its token stands in the path, so it is hidden in everything that is told of an attempt. */
export const telegram: IntegrationKind<TelegramConfig> = {
  name: 'telegram',
  key: 'telegram_configs',
  table: telegramTable,
  create: (config, tools) =>
    createHttpNotifier({
      tools,
      http: config.http,
      timeoutMs: config.timeoutMs,
      async deliver({ message, send, secret }) {
        const token = await secret(config.botToken, config.botTokenFile);
        const chatId =
          config.chatIdFile === undefined ? String(config.chatId) : await secret(undefined, config.chatIdFile);
        if (!/^-?\d+$/.test(chatId))
          throw new DeliveryError(`could not parse chat_id from ${config.chatIdFile}`, false);
        const url = endpoint(config.apiUrl, `bot${pathText(token)}/sendMessage`);
        const answer = await send({ url, json: telegramPayload(config, message, chatId) });
        requireSuccess(answer, { retryStatuses: [429], details: describe });
        const { ok, description, result } = jsonAnswer(answer);
        if (ok !== true) throw new DeliveryError(`Telegram refused: ${String(description ?? '')}`, false);
        return `message ${messageIdOf(result)}`;
      },
    }),
};

/** The description, and for how long Telegram wants to be left alone. */
function describe(answer: HttpAnswer): string {
  const body = maybeJson(answer);
  if (typeof body?.description !== 'string') return answer.text;
  const { parameters } = body;
  const seconds = typeof parameters === 'object' && parameters !== null && 'retry_after' in parameters;
  return seconds ? `${body.description} (retry after ${String(parameters.retry_after)} s)` : body.description;
}

function messageIdOf(result: unknown): string {
  return typeof result === 'object' && result !== null && 'message_id' in result ? String(result.message_id) : 'sent';
}
