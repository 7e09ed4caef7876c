import type { ReactNode } from 'react';
import { lazy, Suspense, useMemo } from 'react';
import classes from './expression.module.css';

export interface ExpressionProps {
  readonly expr: string;
  readonly oneLine?: boolean;
}

const Highlighted = lazy(async () => {
  const { highlightPromql } = await import('./highlight.ts');
  function HighlightedText({ expr }: { readonly expr: string }): ReactNode {
    const pieces = useMemo(() => highlightPromql(expr), [expr]);
    return pieces.map(({ text, kind }, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text have no other identity
      <span key={index} className={classes[kind]}>
        {text}
      </span>
    ));
  }
  return { default: HighlightedText };
});

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
