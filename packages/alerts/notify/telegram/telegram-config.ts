import { boolean, duration, integer, path, url } from '@petrel/config/schema/scalars.ts';
import type { Table } from '@petrel/config/schema/schema.ts';
import { field, optional, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import type { GlobalConfig } from '../../config/global.ts';
import { httpConfig, httpConfigOf } from '../../config/http-config.ts';
import { exclusive, secretText, templated } from '../../config/secrets.ts';
import { inherited } from '../inherited.ts';
import type { IntegrationConfig } from '../integration.ts';

/** '' is plain text. */
export type TelegramParseMode = '' | 'Markdown' | 'MarkdownV2' | 'HTML';

/** A chat of Telegram and the bot that writes to it; one of `botToken` and `botTokenFile` is there. */
export interface TelegramConfig extends IntegrationConfig {
  readonly http: HttpClientConfig;
  readonly apiUrl: string;
  readonly botToken?: string;
  readonly botTokenFile?: string;
  /** 0: it stands in `chatIdFile`. */
  readonly chatId: number;
  readonly chatIdFile?: string;
  /** 0: none. */
  readonly messageThreadId: number;
  readonly message: string;
  readonly disableNotifications: boolean;
  readonly parseMode: TelegramParseMode;
  /** 0: only the engine's own limit holds. */
  readonly timeoutMs: number;
}

interface Raw extends Omit<TelegramConfig, 'parseMode'> {
  readonly parseMode: string;
}

const PARSE_MODES: readonly string[] = ['', 'Markdown', 'MarkdownV2', 'HTML'];

/** A block of `telegram_configs`; the token may come from `global`. */
export function telegramTable(global: GlobalConfig): Table<TelegramConfig> {
  return table<Raw, TelegramConfig>(
    'telegram_config',
    {
      sendResolved: field('send_resolved', boolean, true, 'Tell of resolved alerts.'),
      http: field('http_config', httpConfig, global.http, 'How the API is reached.'),
      apiUrl: field('api_url', url, global.telegramApiUrl, 'Root of the bot API.'),
      botToken: optional('bot_token', secretText, 'Token of the bot.'),
      botTokenFile: optional('bot_token_file', path, 'The same, in a file.'),
      chatId: field('chat_id', integer(Number.MIN_SAFE_INTEGER), 0, 'The chat to write to.'),
      chatIdFile: optional('chat_id_file', path, 'The same, in a file.'),
      messageThreadId: field('message_thread_id', integer(), 0, 'The topic to write to.'),
      message: field('message', templated, '{{ template "telegram.default.message" . }}', 'Text; 4096 characters.'),
      disableNotifications: field('disable_notifications', boolean, false, 'Arrive without a sound.'),
      parseMode: field('parse_mode', templated, 'HTML', '`HTML`, `Markdown`, `MarkdownV2` or empty (plain text).'),
      timeoutMs: field('timeout', duration, 0, 'Limit for one attempt.'),
    },
    {
      check(config, report) {
        exclusive(report, 'bot_token', 'bot_token_file');
        if (config.chatId === 0 && (config.chatIdFile ?? '') === '')
          report.error('chat_id', 'missing chat_id or chat_id_file on telegram_config');
        exclusive(report, 'chat_id', 'chat_id_file');
        if (!PARSE_MODES.includes(config.parseMode)) {
          report.error(
            'parse_mode',
            'unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string',
          );
        }
        if (Object.keys(tokenOf(config, global)).length === 0)
          report.error('bot_token', 'missing bot_token or bot_token_file on telegram_config');
      },
      finish: (config) => ({
        ...config,
        ...tokenOf(config, global),
        http: httpConfigOf(global.http, config.http),
        parseMode: config.parseMode as TelegramParseMode,
      }),
    },
  );
}

function tokenOf({ botToken, botTokenFile }: Raw, { telegramBotToken, telegramBotTokenFile }: GlobalConfig) {
  return inherited({ botToken, botTokenFile }, { botToken: telegramBotToken, botTokenFile: telegramBotTokenFile });
}
