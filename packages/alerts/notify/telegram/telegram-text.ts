import { truncateRunes } from '../truncate.ts';

/** Of formatted text Telegram takes 32 KiB before, and 4096 characters after it has read the markup. */
const MAX_MESSAGE_BYTES = 1 << 15;
/** Of what is seen, in characters. */
export const MAX_MESSAGE_RUNES = 4096;

/** The four names and the numbers that Telegram knows, with or without a semicolon. */
const ENTITY = /&(?:(?:lt|gt|amp|quot)\b;?|#\d{1,7};?|#x[\da-f]{1,6};?)/gi;
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/** HTML within Telegram's limits. Cutting markup would break it: what is too long becomes plain text, cut, and escaped again. */
export function fitHtml(html: string): string {
  const visible = visibleText(html);
  const fits = Buffer.byteLength(html) <= MAX_MESSAGE_BYTES && Array.from(visible).length <= MAX_MESSAGE_RUNES;
  if (fits) return html;
  return escapeHtml(truncateRunes(visible, MAX_MESSAGE_RUNES).text);
}

/** What is left when tags are gone and entities are read. */
export function visibleText(html: string): string {
  return html.replaceAll(/<[^<>]*>/g, '').replaceAll(ENTITY, (entity) => {
    const name = entity.slice(1).replace(';', '').toLowerCase();
    if (!name.startsWith('#')) return NAMED[name] ?? entity;
    const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
    return code > 0 && code < 0x10ffff ? String.fromCodePoint(code) : entity;
  });
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
