import { useSyncExternalStore } from 'react';

const TICK_MS = 5000;
const listeners = new Set<() => void>();
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const one of listeners) one();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time, moved on every five seconds for all that show an age; one timer for all of them. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => {
    if (timer === undefined) nowMs = Math.max(nowMs, Math.floor(Date.now() / 1000) * 1000);
    return nowMs;
  });
}
