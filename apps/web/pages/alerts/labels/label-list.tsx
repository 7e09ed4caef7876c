import type { Matcher } from '@petrel/model';
import type { ReactNode } from 'react';
import { matcherText } from '../matchers/matchers-text.ts';
import classes from './labels.module.css';
import type { LabelMap } from './labels-text.ts';

export interface LabelListProps {
  readonly labels: LabelMap;
  /** On one line, what does not fit cut off. */
  readonly oneLine?: boolean;
  /** Makes each label a button, such as one that filters by it. */
  readonly onChoose?: ((name: string, value: string) => void) | undefined;
  readonly chooseTitle?: string;
}

/** Labels side by side as `name=value`. */
export function LabelList({ labels, oneLine = false, onChoose, chooseTitle }: LabelListProps): ReactNode {
  return (
    <span className={`${classes.list} ${oneLine ? classes.line : ''}`}>
      {Object.entries(labels).map(([name, value]) => {
        const text = (
          <>
            <span className={classes.name}>{name}=</span>
            {value}
          </>
        );
        return onChoose === undefined ? (
          <span key={name} className={classes.chip} title={oneLine ? `${name}="${value}"` : undefined}>
            {text}
          </span>
        ) : (
          <button
            key={name}
            type="button"
            tabIndex={-1}
            className={classes.chip}
            title={chooseTitle}
            onClick={(event) => {
              event.stopPropagation();
              onChoose(name, value);
            }}
          >
            {text}
          </button>
        );
      })}
    </span>
  );
}

/** Matchers side by side, as the configuration writes them. */
export function MatcherList({ matchers }: { readonly matchers: readonly (Matcher | string)[] }): ReactNode {
  return (
    <span className={classes.list}>
      {matchers.map((matcher) => {
        const text = typeof matcher === 'string' ? matcher : matcherText(matcher);
        return (
          <span key={text} className={classes.chip}>
            {text}
          </span>
        );
      })}
    </span>
  );
}
