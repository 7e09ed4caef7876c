import type { CSSProperties, KeyboardEvent, MouseEvent, ReactNode } from 'react';
import { memo } from 'react';
import { levelCssColor } from '../histogram/levels.ts';
import type { LineShape } from '../url-state.ts';
import type { Needle } from './highlight-words.ts';
import { JsonText } from './json-text.tsx';
import { LevelMark } from './level-mark.tsx';
import { compactFields, contentOf, fieldValueOf } from './line-content.ts';
import { LineDetails } from './line-details.tsx';
import type { KeyedLine } from './line-key.ts';
import { fullTime, shortTime } from './line-time.ts';
import classes from './lines.module.css';
import { MarkedText } from './marked-text.tsx';

/** How lines are shown; one object for all of them. */
export interface LineLook {
  readonly shape: LineShape;
  readonly wrap: boolean;
  readonly columns: readonly string[];
  readonly needles: readonly Needle[];
  /** The lines are of several days. */
  readonly withDay: boolean;
}

export interface LineRowProps {
  readonly line: KeyedLine;
  readonly look: LineLook;
  readonly open: boolean;
  readonly onToggle: (key: string) => void;
}

const MAX_COMPACT = 12;
const MAX_VALUE = 80;
/** A row is one row: what does not fit on any screen is not laid out. */
const MAX_ROW = 2000;

/** Time, level and what the line says; its details below while it is open. */
export const LineRow = memo(function LineRow({ line, look, open, onToggle }: LineRowProps): ReactNode {
  const { key, view } = line;
  const toggle = (event: MouseEvent | KeyboardEvent): void => {
    // Whoever marks text to copy it wants no details.
    if (event.type === 'click' && String(getSelection()) !== '') return;
    onToggle(key);
  };
  return (
    <div
      className={classes.line}
      style={{ '--level': levelCssColor(view.level) } as CSSProperties}
      data-open={open}
      data-testid="line"
    >
      {/* biome-ignore lint/a11y/useSemanticElements: the text of a button cannot be marked */}
      <div
        role="button"
        tabIndex={0}
        className={classes.head}
        data-wrap={look.wrap || look.shape === 'pretty'}
        aria-expanded={open}
        onClick={toggle}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          toggle(event);
        }}
      >
        <time className={classes.time} title={fullTime(view.tsNs)}>
          {shortTime(view.tsNs, look.withDay)}
        </time>
        <LevelMark level={view.level} />
        <LineText line={line} look={look} />
      </div>
      {open && <LineDetails view={view} needles={look.needles} />}
    </div>
  );
});

function LineText({ line: { view }, look }: { readonly line: KeyedLine; readonly look: LineLook }): ReactNode {
  const { shape, columns, needles } = look;
  if (columns.length > 0) {
    return (
      <span className={classes.columns} style={{ '--columns': columns.length } as CSSProperties}>
        {columns.map((name) => (
          <span key={name} className={classes.cell} data-testid="cell">
            <MarkedText text={cutOff(fieldValueOf(view, name), look.wrap)} needles={needles} />
          </span>
        ))}
      </span>
    );
  }
  const content = contentOf(view);
  if (shape === 'pretty' && content.kind === 'json') {
    return (
      <span className={classes.text}>
        <JsonText tokens={content.tokens} needles={needles} />
      </span>
    );
  }
  if (shape !== 'message' || !content.hasMessage) {
    return (
      <span className={classes.text}>
        <MarkedText text={cutOff(view.line, look.wrap || shape === 'pretty')} needles={needles} />
      </span>
    );
  }
  return (
    <span className={classes.text}>
      <MarkedText text={cutOff(content.message, look.wrap)} needles={needles} />
      {compactFields(view, content)
        .slice(0, MAX_COMPACT)
        .map(({ name, value }) => (
          <span key={name} className={classes.compact}>
            <span className={classes.compactName}>{name}=</span>
            <MarkedText text={value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}…` : value} needles={needles} />
          </span>
        ))}
    </span>
  );
}

function cutOff(text: string, whole: boolean): string {
  return whole || text.length <= MAX_ROW ? text : `${text.slice(0, MAX_ROW)}…`;
}
