/** At most `max` code points, the last one an ellipsis where something was cut (nothing marks a cut to three or fewer). Counts as Alertmanager does: runes. */
export function truncateRunes(text: string, max: number): { readonly text: string; readonly truncated: boolean } {
  if (text.length <= max) return { text, truncated: false };
  const runes = Array.from(text);
  if (runes.length <= max) return { text, truncated: false };
  if (max <= 3) return { text: runes.slice(0, max).join(''), truncated: true };
  return { text: `${runes.slice(0, max - 1).join('')}…`, truncated: true };
}

const ELLIPSIS_BYTES = 3;

/** At most `max` bytes of UTF-8 without cutting a character in two, ending in an ellipsis where something was cut and it fits. */
export function truncateBytes(text: string, max: number): { readonly text: string; readonly truncated: boolean } {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= max) return { text, truncated: false };
  const marked = max > ELLIPSIS_BYTES;
  let end = marked ? max - ELLIPSIS_BYTES : max;
  while (end > 0 && ((bytes[end] as number) & 0xc0) === 0x80) end--;
  return { text: `${bytes.subarray(0, end).toString('utf8')}${marked ? '…' : ''}`, truncated: true };
}
