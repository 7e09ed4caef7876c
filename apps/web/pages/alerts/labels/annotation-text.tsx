import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';

/** The text of an annotation; an address becomes a link. */
export function AnnotationText({ text }: { readonly text: string }): ReactNode {
  if (!/^https?:\/\/\S+$/.test(text)) return text;
  return (
    <Anchor href={text} target="_blank" rel="noreferrer" inherit>
      {text}
    </Anchor>
  );
}
