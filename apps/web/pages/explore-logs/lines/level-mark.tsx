import type { CSSProperties, ReactNode } from 'react';
import { levelCssColor, shortLevel } from '../histogram/levels.ts';
import classes from './lines.module.css';

/** A level as a coloured edge and four letters. */
export function LevelMark({ level }: { readonly level: string }): ReactNode {
  return (
    <span className={classes.level} style={{ '--level': levelCssColor(level) } as CSSProperties} title={level}>
      {shortLevel(level)}
    </span>
  );
}
