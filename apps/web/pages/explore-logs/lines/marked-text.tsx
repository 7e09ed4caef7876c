import type { ReactNode } from 'react';
import type { Needle } from './highlight-words.ts';
import { segmentsOf } from './highlight-words.ts';
import classes from './lines.module.css';

/** A text in which the words that the query looks for are marked. */
export function MarkedText({
  text,
  needles,
}: {
  readonly text: string;
  readonly needles: readonly Needle[];
}): ReactNode {
  if (needles.length === 0) return text;
  return segmentsOf(text, needles).map((segment, i) =>
    segment.hit ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: segments of one text have no other identity
      <mark key={i} className={classes.hit}>
        {segment.text}
      </mark>
    ) : (
      segment.text
    ),
  );
}
