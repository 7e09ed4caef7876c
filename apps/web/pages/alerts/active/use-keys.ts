import { useEffect, useRef } from 'react';
import { navigate } from '../../../shell/location.ts';
import { isTyping } from '../matchers/is-typing.ts';
import { graphLink } from './data.ts';
import type { ListRow } from './layout.ts';
import { explainLink, explainQuestion, silenceLink } from './links.ts';

export interface KeysOptions {
  readonly rows: readonly ListRow[];
  readonly cursor: string | undefined;
  readonly onMove: (key: string) => void;
  readonly onOpen: (row: ListRow) => void;
  readonly onClose: () => void;
}

/** j/k or arrows go from alert to alert, Enter opens, s silences, e explains, g graphs, Escape closes. */
export function useKeys(options: KeysOptions): void {
  const latest = useRef(options);
  latest.current = options;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      if (event.key === 'Enter' && isPressable(event)) return;
      if (handle(event.key, latest.current)) event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

/** Whether Enter already means something where the focus is. */
function isPressable({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target.closest('a, button, [data-testid="group"]') !== null;
}

function handle(key: string, { rows, cursor, onMove, onOpen, onClose }: KeysOptions): boolean {
  const at = rows.findIndex((row) => row.key === cursor);
  const row = rows[at];
  if (key === 'j' || key === 'ArrowDown' || key === 'k' || key === 'ArrowUp') {
    const next = neighbour(rows, at, key === 'j' || key === 'ArrowDown' ? 1 : -1);
    if (next === undefined) return false;
    onMove(next.key);
    return true;
  }
  if (key === 'Escape') {
    onClose();
    return true;
  }
  if (row === undefined || row.kind === 'section') return false;
  if (key === 'Enter' || key === 'o') onOpen(row);
  else if (row.kind !== 'alert') return false;
  else if (key === 's') navigate(silenceLink(row.alert.labels));
  else if (key === 'e') navigate(explainLink(explainQuestion(row.alert)));
  else if (key === 'g') {
    const graph = graphLink(row.alert.generatorUrl);
    if (graph?.inside !== true) return false;
    navigate(graph.url);
  } else return false;
  return true;
}

function neighbour(rows: readonly ListRow[], from: number, step: 1 | -1): ListRow | undefined {
  for (let i = from < 0 && step < 0 ? rows.length - 1 : from + step; i >= 0 && i < rows.length; i += step) {
    const kind = rows[i]?.kind;
    if (kind === 'alert' || kind === 'more') return rows[i];
  }
  return undefined;
}
