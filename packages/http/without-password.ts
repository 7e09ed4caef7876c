/** A URL as it may be shown: its password as `xxxxx`, the rest as it was written. What is no URL is given back as it is. */
export function withoutPassword(text: string): string {
  if (!text.includes('@') || !URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.password === '') return text;
  url.password = 'xxxxx';
  return url.href;
}
