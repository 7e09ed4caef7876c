import type { ReactNode, RefObject } from 'react';
import { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { RowHeights } from './row-heights.ts';
import { rowAt, rowStarts, rowWindow } from './row-window.ts';

export interface VirtualRowsProps<Row> {
  readonly rows: readonly Row[];
  /** Unique and stable over refreshes. */
  readonly keyOf: (row: Row) => string;
  /** A guess in pixels, until such a row has been drawn and measured; rows of one guess are taken to be alike. */
  readonly heightOf: (row: Row) => number;
  readonly render: (row: Row) => ReactNode;
  /** Scrolls there when it changes, if it is not in view. */
  readonly scrollToKey?: string | undefined;
}

const MARGIN_PX = 600;
/** The page's header, which lies over the top of the view. */
const HEADER_PX = 60;
/** Each try draws and measures rows nearer to the one that is sought. */
const MAX_TRIES = 8;

/** A list of any length in the page's own scroll: only what is near the view is in the document. */
export function VirtualRows<Row>({ rows, keyOf, heightOf, render, scrollToKey }: VirtualRowsProps<Row>): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const [heights] = useState(() => new RowHeights());
  const [version, setVersion] = useState(0);
  const view = useView(host);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` counts the changes of what was measured
  const starts = useMemo(
    () => rowStarts(rows.map((row) => heights.of(keyOf(row), heightOf(row)))),
    [rows, keyOf, heightOf, version, heights],
  );
  const { first, end, totalHeight, offset } = rowWindow(starts, { ...view, margin: MARGIN_PX });
  useSteadyView({ host, rows, keyOf, starts });
  useScrollTo({ host, rows, keyOf, starts, wanted: scrollToKey });

  const measure = useCallback(
    (key: string, guess: number, height: number) => {
      if (heights.set(key, guess, height)) setVersion((last) => last + 1);
    },
    [heights],
  );
  return (
    <div ref={host} style={{ height: totalHeight, position: 'relative', overflowAnchor: 'none' }}>
      <div style={{ position: 'absolute', top: offset, left: 0, right: 0 }}>
        {rows.slice(first, end).map((row) => (
          <MeasuredRow key={keyOf(row)} rowKey={keyOf(row)} guess={heightOf(row)} onMeasure={measure}>
            {render(row)}
          </MeasuredRow>
        ))}
      </div>
    </div>
  );
}

/** The stretch of the list that is in view, in steps coarse enough that scrolling seldom draws. */
function useView(host: RefObject<HTMLDivElement | null>): { readonly top: number; readonly height: number } {
  const [view, setView] = useState({ top: 0, height: 900 });
  useLayoutEffect(() => {
    const look = (): void => {
      const box = host.current?.getBoundingClientRect();
      if (box === undefined) return;
      const top = Math.max(0, -box.top);
      setView((last) =>
        Math.abs(last.top - top) < MARGIN_PX / 3 && last.height === innerHeight ? last : { top, height: innerHeight },
      );
    };
    look();
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [host]);
  return view;
}

interface Placed<Row> {
  readonly host: RefObject<HTMLDivElement | null>;
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly starts: Float64Array;
}

/** When rows above turn out higher or lower than they were guessed, what is in view stays where it is. */
function useSteadyView<Row>({ host, rows, keyOf, starts }: Placed<Row>): void {
  const before = useRef<{ readonly key: string; readonly start: number } | undefined>(undefined);
  useLayoutEffect(() => {
    const top = host.current?.getBoundingClientRect().top ?? 0;
    const anchor = before.current;
    if (anchor !== undefined && top < 0) {
      const index = rows.findIndex((row) => keyOf(row) === anchor.key);
      const moved = index < 0 ? 0 : (starts[index] as number) - anchor.start;
      if (moved !== 0) scrollBy({ top: moved });
    }
    const remember = (): void => {
      const y = HEADER_PX - (host.current?.getBoundingClientRect().top ?? 0);
      const index = rowAt(starts, y);
      const row = rows[index];
      before.current =
        row === undefined || y <= HEADER_PX ? undefined : { key: keyOf(row), start: starts[index] as number };
    };
    remember();
    addEventListener('scroll', remember, { passive: true });
    return () => removeEventListener('scroll', remember);
  }, [host, rows, keyOf, starts]);
}

/** Brings a row into view, again and again until the rows on the way have been measured. */
function useScrollTo<Row>({
  host,
  rows,
  keyOf,
  starts,
  wanted,
}: Placed<Row> & { readonly wanted: string | undefined }): void {
  const tries = useRef(0);
  const last = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (wanted !== last.current) tries.current = MAX_TRIES;
    last.current = wanted;
    if (wanted === undefined || tries.current === 0 || host.current === null) return;
    const index = rows.findIndex((row) => keyOf(row) === wanted);
    if (index < 0) return;
    tries.current--;
    const y = host.current.getBoundingClientRect().top + (starts[index] as number);
    if (y < HEADER_PX || y > innerHeight - 80) scrollTo({ top: scrollY + y - Math.min(innerHeight / 3, 260) });
  }, [host, rows, keyOf, starts, wanted]);
  useEffect(() => {
    // Whoever scrolls has taken over.
    const stop = (): void => {
      tries.current = 0;
    };
    addEventListener('wheel', stop, { passive: true });
    addEventListener('touchmove', stop, { passive: true });
    return () => {
      removeEventListener('wheel', stop);
      removeEventListener('touchmove', stop);
    };
  }, []);
}

interface MeasuredRowProps {
  readonly rowKey: string;
  readonly guess: number;
  readonly onMeasure: (key: string, guess: number, height: number) => void;
  readonly children: ReactNode;
}

const MeasuredRow = memo(function MeasuredRow({ rowKey, guess, onMeasure, children }: MeasuredRowProps): ReactNode {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const target = element.current;
    if (target === null) return undefined;
    const measure = (): void => onMeasure(rowKey, guess, target.getBoundingClientRect().height);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(target);
    return () => observer.disconnect();
  }, [rowKey, guess, onMeasure]);
  // The margins of what is inside belong to the height.
  return (
    <div ref={element} style={{ display: 'flow-root' }}>
      {children}
    </div>
  );
});
