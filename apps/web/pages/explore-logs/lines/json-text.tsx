import type { ReactNode } from 'react';
import { useMemo } from 'react';
import type { Needle } from './highlight-words.ts';
import type { JsonToken } from './json-tokens.ts';
import { layOutJson } from './json-tokens.ts';
import classes from './lines.module.css';
import { MarkedText } from './marked-text.tsx';

/** A document over several rows, in colours. */
export function JsonText({
  tokens,
  needles,
}: {
  readonly tokens: readonly JsonToken[];
  readonly needles: readonly Needle[];
}): ReactNode {
  const pieces = useMemo(() => layOutJson(tokens), [tokens]);
  return pieces.map((piece, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no other identity
    <span key={i} className={classes[piece.key === true ? 'jsonKey' : `json-${piece.kind}`]}>
      <MarkedText text={piece.text} needles={needles} />
    </span>
  ));
}
