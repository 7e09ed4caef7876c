import type { AnchorProps } from '@mantine/core';
import { Anchor } from '@mantine/core';
import type { MouseEvent, ReactNode } from 'react';
import { navigate } from './location.ts';

export interface LinkProps extends AnchorProps {
  readonly to: string;
  readonly children: ReactNode;
  readonly title?: string;
  readonly 'aria-label'?: string;
  readonly 'aria-current'?: 'page' | undefined;
  readonly 'data-testid'?: string;
}

/** A link within the app: a plain click stays in the page, any other opens it as the browser does. */
export function Link({ to, children, ...rest }: LinkProps): ReactNode {
  return (
    <Anchor {...rest} href={to} onClick={(event) => followInside(event, to)}>
      {children}
    </Anchor>
  );
}

/** For things that are links but do not look like one. */
export function followInside(event: MouseEvent, to: string): void {
  event.stopPropagation();
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  navigate(to);
}
