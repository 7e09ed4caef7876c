import type { ReactNode } from 'react';
import { useMemo } from 'react';
import classes from './expression.module.css';
import { highlightPromql } from './highlight.ts';

/** Loaded with the grammar, when the first expression is to be shown. */
export function Highlighted({ expr }: { readonly expr: string }): ReactNode {
  const pieces = useMemo(() => highlightPromql(expr), [expr]);
  return pieces.map(({ text, kind }, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text have no other identity
    <span key={index} className={classes[kind]}>
      {text}
    </span>
  ));
}
