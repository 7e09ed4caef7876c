import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import { followInside } from './link.tsx';
import classes from './section-tabs.module.css';

export interface SectionTab {
  readonly name: string;
  readonly title: string;
  readonly to: string;
}

export interface SectionTabsProps {
  readonly label: string;
  readonly tabs: readonly SectionTab[];
  readonly current: string;
}

/** The parts of a page side by side, each with its own address. */
export function SectionTabs({ label, tabs, current }: SectionTabsProps): ReactNode {
  const bar = useRef<HTMLElement>(null);
  // On a telephone the bar scrolls; the open tab must be in it.
  useEffect(() => {
    bar.current
      ?.querySelector(`[data-testid="tab-${current}"]`)
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current]);
  return (
    <nav ref={bar} className={classes.tabs} aria-label={label}>
      {tabs.map(({ name, title, to }) => (
        <a
          key={name}
          href={to}
          className={classes.tab}
          aria-current={name === current ? 'page' : undefined}
          data-testid={`tab-${name}`}
          onClick={(event) => followInside(event, to)}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}
