/** `path` below `base` (which may end in a slash or not), with query parameters set. `path` is percent-encoded already. */
export function endpoint(base: string, path: string, query: Readonly<Record<string, string>> = {}): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** Text as a part of a path: what would end the path is encoded, slashes stay, as in Go's `URL.Path`. */
export function pathText(text: string): string {
  return encodeURI(text.replaceAll(/\p{Surrogate}/gu, '\ufffd'))
    .replaceAll('?', '%3F')
    .replaceAll('#', '%23');
}
