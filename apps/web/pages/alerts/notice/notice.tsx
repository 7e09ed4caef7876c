import type { CSSProperties, ReactNode } from 'react';
import classes from './notice.module.css';

export interface NoticeProps {
  /** A Mantine colour. */
  readonly color: string;
  readonly icon: ReactNode;
  readonly children: ReactNode;
}

/** Something to read before the rest, marked by a coloured edge and not by a coloured area. */
export function Notice({ color, icon, children }: NoticeProps): ReactNode {
  return (
    <div className={classes.notice} style={{ '--notice': `var(--mantine-color-${color}-6)` } as CSSProperties}>
      <span className={classes.icon}>{icon}</span>
      <div>{children}</div>
    </div>
  );
}
