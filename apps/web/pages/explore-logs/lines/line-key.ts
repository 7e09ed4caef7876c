import type { LogLineView } from '@petrel/api/contract/logs.ts';

/** A line with what tells it from all others of an answer. */
export interface KeyedLine {
  readonly key: string;
  readonly view: LogLineView;
}

/** Names a line for links: its time and a hash of its text and stream. The same line has the same name in every answer. */
export function lineName(view: LogLineView): string {
  let hash = 0x811c9dc5;
  const mix = (text: string): void => {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ 0xff, 0x01000193);
  };
  mix(view.line);
  for (const [name, value] of Object.entries(view.stream).sort(([a], [b]) => (a < b ? -1 : 1))) {
    mix(name);
    mix(value);
  }
  return `${view.tsNs}.${(hash >>> 0).toString(36)}`;
}

/** Equal lines of one time are told apart by their place among each other. */
export function keyLines(views: readonly LogLineView[]): readonly KeyedLine[] {
  const seen = new Map<string, number>();
  return views.map((view) => {
    const name = lineName(view);
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return { key: before === 0 ? name : `${name}.${before}`, view };
  });
}

/**
 * Joins an answer to the lines before it. It was asked for from the last line's time on (inclusive), because the limit may have cut among lines of one time; so those that are
 * there already are left out, as often as they are there.
 */
export function joinLines(before: readonly LogLineView[], next: readonly LogLineView[]): readonly LogLineView[] {
  const edge = before.at(-1)?.tsNs;
  if (edge === undefined) return next;
  const known = new Map<string, number>();
  for (let i = before.length - 1; i >= 0 && before[i]?.tsNs === edge; i--) {
    const name = lineName(before[i] as LogLineView);
    known.set(name, (known.get(name) ?? 0) + 1);
  }
  const added = next.filter((view) => {
    if (view.tsNs !== edge) return true;
    const name = lineName(view);
    const left = known.get(name) ?? 0;
    known.set(name, left - 1);
    return left <= 0;
  });
  return [...before, ...added];
}
