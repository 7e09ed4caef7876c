import type { ReactNode } from 'react';
import { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { rowStarts, rowWindow } from './row-window.ts';

export interface VirtualRowsProps<Row> {
  readonly rows: readonly Row[];
  /** Unique and stable over refreshes. */
  readonly keyOf: (row: Row) => string;
  /** A guess in pixels, until the row has been drawn and measured. */
  readonly heightOf: (row: Row) => number;
  readonly render: (row: Row) => ReactNode;
  /** Scrolls there when it changes, if it is not in view. */
  readonly scrollToKey?: string | undefined;
}

const MARGIN_PX = 600;
/** The page's header, which lies over the top of the view. */
const HEADER_PX = 60;

/** A list of any length in the page's own scroll: only what is near the view is in the document. */
export function VirtualRows<Row>({ rows, keyOf, heightOf, render, scrollToKey }: VirtualRowsProps<Row>): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const measured = useRef(new Map<string, number>());
  const [version, setVersion] = useState(0);
  const [view, setView] = useState({ top: 0, height: 900 });

  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` counts the changes of what was measured
  const starts = useMemo(
    () => rowStarts(rows.map((row) => measured.current.get(keyOf(row)) ?? heightOf(row))),
    [rows, keyOf, heightOf, version],
  );
  const { first, end, totalHeight, offset } = rowWindow(starts, { ...view, margin: MARGIN_PX });

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
  }, []);

  const latest = useRef({ rows, keyOf, starts });
  latest.current = { rows, keyOf, starts };
  useEffect(() => {
    if (scrollToKey === undefined || host.current === null) return;
    const current = latest.current;
    const index = current.rows.findIndex((row) => current.keyOf(row) === scrollToKey);
    if (index < 0) return;
    const y = host.current.getBoundingClientRect().top + (current.starts[index] as number);
    if (y < HEADER_PX || y > innerHeight - 80) scrollTo({ top: scrollY + y - Math.min(innerHeight / 3, 260) });
  }, [scrollToKey]);

  const measure = useCallback((key: string, height: number) => {
    if (Math.abs((measured.current.get(key) ?? -1) - height) < 0.5) return;
    measured.current.set(key, height);
    setVersion((last) => last + 1);
  }, []);

  return (
    <div ref={host} style={{ height: totalHeight, position: 'relative' }}>
      <div style={{ position: 'absolute', top: offset, left: 0, right: 0 }}>
        {rows.slice(first, end).map((row) => (
          <MeasuredRow key={keyOf(row)} rowKey={keyOf(row)} onMeasure={measure}>
            {render(row)}
          </MeasuredRow>
        ))}
      </div>
    </div>
  );
}

interface MeasuredRowProps {
  readonly rowKey: string;
  readonly onMeasure: (key: string, height: number) => void;
  readonly children: ReactNode;
}

const MeasuredRow = memo(function MeasuredRow({ rowKey, onMeasure, children }: MeasuredRowProps): ReactNode {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const target = element.current;
    if (target === null) return undefined;
    onMeasure(rowKey, target.getBoundingClientRect().height);
    const observer = new ResizeObserver(() => onMeasure(rowKey, target.getBoundingClientRect().height));
    observer.observe(target);
    return () => observer.disconnect();
  }, [rowKey, onMeasure]);
  return <div ref={element}>{children}</div>;
});
