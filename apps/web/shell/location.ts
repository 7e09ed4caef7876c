import { useCallback, useSyncExternalStore } from 'react';

/** The address bar as state: three pages need no routing library. */
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
