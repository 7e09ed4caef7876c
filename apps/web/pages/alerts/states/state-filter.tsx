import type { ReactNode } from 'react';
import classes from './state-filter.module.css';

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly count: number;
}

export interface StateFilterProps<T extends string> {
  /** Undefined: all. */
  readonly value: T | undefined;
  readonly all: { readonly label: string; readonly count: number };
  readonly choices: readonly Choice<T>[];
  readonly onChange: (value: T | undefined) => void;
}

/** One state or all of them, each with how many there are. */
export function StateFilter<T extends string>({ value, all, choices, onChange }: StateFilterProps<T>): ReactNode {
  const buttons = [{ ...all, value: undefined }, ...choices];
  return (
    <div className={classes.filter}>
      {buttons.map((choice) => (
        <button
          key={choice.value ?? ''}
          type="button"
          className={classes.choice}
          aria-pressed={choice.value === value}
          data-empty={choice.count === 0}
          data-testid={`state-${choice.value ?? 'all'}`}
          onClick={() => onChange(choice.value === value ? undefined : choice.value)}
        >
          {choice.label}
          <span className={classes.count}>{choice.count.toLocaleString('en-US')}</span>
        </button>
      ))}
    </div>
  );
}
