import { useCallback, useSyncExternalStore } from 'react';

/** The address bar as state: these few pages need no routing library. */
export interface Location {
  readonly path: string;
  readonly search: URLSearchParams;
}

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('popstate', listener);
  };
}

/** `replace` does not leave an entry in the history (used while a view only refines itself). */
export function navigate(url: string, options: { readonly replace?: boolean } = {}): void {
  if (options.replace === true) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  for (const listener of listeners) listener();
}

export function useLocation(): Location {
  const href = useSyncExternalStore(
    subscribe,
    useCallback(() => location.pathname + location.search, []),
  );
  const url = new URL(href, location.origin);
  return { path: url.pathname, search: url.searchParams };
}

/** Changes parameters of the address and keeps the others; `undefined` and '' take a parameter away. */
export function changeSearch(
  part: Readonly<Record<string, string | undefined>>,
  options: { readonly replace?: boolean } = {},
): void {
  const search = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(part)) {
    if (value === undefined || value === '') search.delete(name);
    else search.set(name, value);
  }
  const text = search.toString();
  const url = `${location.pathname}${text === '' ? '' : `?${text}`}`;
  if (url !== location.pathname + location.search) navigate(url, options);
}
