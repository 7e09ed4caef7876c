import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordingService } from '../recording-service.ts';
import { startRecordingService } from '../recording-service.ts';
import { notificationOf, readBlock, rehearse } from '../rehearse.ts';
import { telegram } from './telegram.ts';
import { fitHtml, visibleText } from './telegram-text.ts';

const TOKEN = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';
let service: RecordingService;
beforeEach(async () => {
  service = await startRecordingService();
  service.answer(() => ({ body: { ok: true, result: { message_id: 77, chat: { id: -100 } } } }));
});
afterEach(() => service.close());

const firing = notificationOf([{ labels: { alertname: 'a<b', instance: 'x' } }]);
const block = (more = ''): string => `
api_url: ${service.url}
bot_token: ${TOKEN}
chat_id: -1001234567890
message: '<b>{{ .CommonLabels.alertname }}</b>'
${more}`;

describe('Telegram', () => {
  it('writes to the chat, escaping what comes out of labels', async () => {
    expect(await rehearse(telegram, block(), firing)).toEqual([{ ok: true, detail: 'message 77' }]);
    const request = service.last();
    expect([request.method, request.path]).toEqual(['POST', `/bot${TOKEN}/sendMessage`]);
    expect(request.json).toEqual({
      chat_id: '-1001234567890',
      disable_web_page_preview: 'true',
      parse_mode: 'HTML',
      text: '<b>a&lt;b</b>',
    });
  });

  it.each(['Markdown', 'MarkdownV2'])('leaves %s as it is', async (mode) => {
    await rehearse(telegram, block(`parse_mode: ${mode}`), firing);
    expect(service.last().json).toMatchObject({ parse_mode: mode, text: '<b>a<b</b>' });
  });

  it('sends plain text without a parse mode, silently, to a topic', async () => {
    await rehearse(telegram, block("parse_mode: ''\ndisable_notifications: true\nmessage_thread_id: 12"), firing);
    expect(service.last().json).toEqual({
      chat_id: '-1001234567890',
      disable_notification: 'true',
      disable_web_page_preview: 'true',
      message_thread_id: '12',
      text: '<b>a<b</b>',
    });
  });

  it('reads token and chat from files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'telegram-'));
    await writeFile(join(folder, 'token'), `${TOKEN}\n`);
    await writeFile(join(folder, 'chat'), '-42\n');
    const yaml = `api_url: ${service.url}\nbot_token_file: ${folder}/token\nchat_id_file: ${folder}/chat`;
    await rehearse(telegram, yaml, firing);
    expect([service.last().path, service.last().json]).toEqual([
      `/bot${TOKEN}/sendMessage`,
      expect.objectContaining({ chat_id: '-42' }),
    ]);
    await writeFile(join(folder, 'chat'), 'somebody');
    expect(await rehearse(telegram, yaml, firing)).toMatchObject([{ ok: false, retryable: false }]);
    await rm(folder, { recursive: true });
  });

  it('waits where Telegram asks for it, and says for how long', async () => {
    const body = { ok: false, error_code: 429, description: 'Too Many Requests', parameters: { retry_after: 35 } };
    service.answer(() => ({ status: 429, body }));
    const [outcome] = await rehearse(telegram, block(), firing);
    expect(outcome).toMatchObject({
      ok: false,
      retryable: true,
      error: 'unexpected status code 429: Too Many Requests (retry after 35 s)',
    });
  });

  it.each([
    [500, true],
    [400, false],
    [401, false],
    [403, false],
  ])('status %i is retryable: %s', async (status, retryable) => {
    service.answer(() => ({ status, body: { ok: false, description: 'Bad Request: chat not found' } }));
    expect(await rehearse(telegram, block(), firing)).toMatchObject([{ ok: false, retryable }]);
  });
});

describe("Telegram's limits", () => {
  it('cuts plain text at 4096 characters', async () => {
    await rehearse(telegram, block("parse_mode: ''").replace(/message: .*/, `message: '${'告'.repeat(4097)}'`), firing);
    expect(Array.from((service.last().json as { text: string }).text)).toHaveLength(4096);
  });

  it('counts what is seen, not the markup', () => {
    const html = `<a href="https://example.com/${'x'.repeat(5000)}">go</a> &lt;b&gt; &#128512; &amp &copy;`;
    expect(visibleText(html)).toBe('go <b> 😀 & &copy;');
    expect(fitHtml(html)).toBe(html);
  });

  it('fits whatever it is given', () => {
    const piece = fc.constantFrom(
      '<b>',
      '</b>',
      '&lt;',
      '&#128512;',
      '&amp',
      '<',
      '>',
      '警',
      '😀',
      'x'.repeat(500),
      '&copy;',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
        const fitted = fitHtml(pieces.join(''));
        expect(Array.from(visibleText(fitted)).length).toBeLessThanOrEqual(4096);
        expect(Buffer.byteLength(fitted)).toBeLessThanOrEqual(1 << 15);
      }),
    );
  });

  it('makes plain text of HTML that is too long', () => {
    const fitted = fitHtml(`<b>&lt;${'x'.repeat(5000)}</b>`);
    expect(Array.from(visibleText(fitted))).toHaveLength(4096);
    expect(fitted.startsWith('&lt;xxx')).toBe(true);
    expect(fitted.endsWith('…')).toBe(true);
    expect(fitHtml(`<a href="${'x'.repeat(40_000)}">go</a>`)).toBe('go');
  });
});

describe('the block of Telegram', () => {
  it.each([
    ['{chat_id: 1}', 'missing bot_token or bot_token_file on telegram_config'],
    ['{bot_token: abcd}', 'missing chat_id or chat_id_file on telegram_config'],
    [
      '{bot_token: abcd, bot_token_file: f, chat_id: 1}',
      'at most one of bot_token & bot_token_file must be configured',
    ],
    ['{bot_token: abcd, chat_id: 1, chat_id_file: f}', 'at most one of chat_id & chat_id_file must be configured'],
    [
      '{bot_token: abcd, chat_id: 1, parse_mode: html}',
      'unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string',
    ],
  ])('%s: %s', (yaml, message) => {
    expect(readBlock(telegram, yaml).errors).toEqual([message]);
  });

  it('takes the token from global', () => {
    expect(readBlock(telegram, '{chat_id: 1}', { telegramBotTokenFile: '/g' }).config).toMatchObject({
      botTokenFile: '/g',
      parseMode: 'HTML',
    });
  });
});
