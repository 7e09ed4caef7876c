/** Where a server is looked for that is not named. */
export const DEFAULT_URL = 'http://127.0.0.1:7070';

/** The server's URL, which may stand first among the words of a command (`http://…` or `host:port`), and the words after it. */
export function takeUrl(words: readonly string[]): {
  readonly url: string;
  readonly isGiven: boolean;
  readonly rest: readonly string[];
} {
  const [first = '', ...rest] = words;
  if (/^https?:\/\//.test(first)) return { url: first, isGiven: true, rest };
  if (/^[\w.-]+:\d+$/.test(first)) return { url: `http://${first}`, isGiven: true, rest };
  return { url: DEFAULT_URL, isGiven: false, rest: words };
}
