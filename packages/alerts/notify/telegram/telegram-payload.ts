import { omitEmpty } from '../go-json.ts';
import type { Message } from '../message-data.ts';
import { truncateRunes } from '../truncate.ts';
import type { TelegramConfig } from './telegram-config.ts';
import { fitHtml, MAX_MESSAGE_RUNES } from './telegram-text.ts';

/** The parameters of `sendMessage`, texts all of them as Alertmanager sends them. */
export function telegramPayload(config: TelegramConfig, message: Message, chatId: string): object {
  const html = config.parseMode === 'HTML';
  const text = html
    ? fitHtml(message.renderHtml(config.message))
    : truncateRunes(message.render(config.message), MAX_MESSAGE_RUNES).text;
  return {
    chat_id: chatId,
    ...(config.disableNotifications && { disable_notification: 'true' }),
    disable_web_page_preview: 'true',
    ...(config.messageThreadId !== 0 && { message_thread_id: String(config.messageThreadId) }),
    ...omitEmpty({ parse_mode: config.parseMode as string }),
    text,
  };
}
