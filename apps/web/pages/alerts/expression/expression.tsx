import type { ReactNode } from 'react';
import { lazy, Suspense } from 'react';
import classes from './expression.module.css';

export interface ExpressionProps {
  readonly expr: string;
  readonly oneLine?: boolean;
}

const Highlighted = lazy(async () => ({ default: (await import('./highlighted.tsx')).Highlighted }));

/** A PromQL expression with its colours; they come with the grammar, and until then the text stands plain. */
export function Expression({ expr, oneLine = false }: ExpressionProps): ReactNode {
  const shown = oneLine ? expr.trim().replaceAll(/\s+/g, ' ') : expr.trim();
  return (
    <code className={`${classes.expression} ${oneLine ? classes.oneLine : ''}`} title={oneLine ? shown : undefined}>
      <Suspense fallback={shown}>
        <Highlighted expr={shown} />
      </Suspense>
    </code>
  );
}
