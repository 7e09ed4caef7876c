import { ActionIcon } from '@mantine/core';
import type { LogLineView } from '@petrel/api/contract/logs.ts';
import { IconX } from '@tabler/icons-react';
import type { CSSProperties, ReactNode } from 'react';
import { useCallback, useMemo, useState } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { VirtualRows } from '../../alerts/rows/virtual-rows.tsx';
import type { KeyedLine } from './line-key.ts';
import { keyLines } from './line-key.ts';
import type { LineLook } from './line-row.tsx';
import { LineRow } from './line-row.tsx';
import { shortTime } from './line-time.ts';
import classes from './lines.module.css';

export interface LineListProps {
  readonly lines: readonly LogLineView[];
  readonly look: LineLook;
  /** The key of the line that the address names; it is open and in view at first. */
  readonly named: string;
  /** The line that was opened last, '' when the last one was closed. */
  readonly onNamed: (key: string) => void;
  readonly onRemoveColumn: (name: string) => void;
  /** Another heap of lines: with it everything is closed again. */
  readonly listKey: string;
}

const ROW_PX = 25;
/** An open line; measured as soon as it is drawn. */
const OPEN_PX = 420;

/** Any number of lines in the page's own scroll. */
export function LineList(props: LineListProps): ReactNode {
  const { lines, look, named, onNamed, onRemoveColumn, listKey } = props;
  const [opened, setOpened] = useState<{ readonly listKey: string; readonly keys: ReadonlySet<string> }>({
    listKey,
    keys: new Set(named === '' ? [] : [named]),
  });
  const keys = opened.listKey === listKey ? opened.keys : NOTHING;
  const rows = useMemo(() => keyLines(lines), [lines]);
  const toggle = useCallback(
    (key: string) => {
      const next = new Set(keys);
      if (!next.delete(key)) next.add(key);
      setOpened({ listKey, keys: next });
      onNamed(next.has(key) ? key : '');
    },
    [keys, listKey, onNamed],
  );
  const [scrollTo] = useState(named === '' ? undefined : named);
  const heightOf = useCallback((row: KeyedLine) => (keys.has(row.key) ? OPEN_PX : ROW_PX), [keys]);
  return (
    <div className={classes.list} data-testid="lines">
      {look.columns.length > 0 && (
        <ColumnHeads look={look} sample={rows[0]?.view.tsNs ?? '0'} onRemove={onRemoveColumn} />
      )}
      <VirtualRows
        // Heights that were measured hold for one look only.
        key={`${look.shape} ${look.wrap} ${look.columns.length > 0}`}
        rows={rows}
        keyOf={keyOf}
        heightOf={heightOf}
        scrollToKey={scrollTo}
        render={(row) => <LineRow line={row} look={look} open={keys.has(row.key)} onToggle={toggle} />}
      />
    </div>
  );
}

const NOTHING: ReadonlySet<string> = new Set();

function keyOf(row: KeyedLine): string {
  return row.key;
}

function ColumnHeads({
  look,
  sample,
  onRemove,
}: {
  readonly look: LineLook;
  /** Gives the column of times its width. */
  readonly sample: string;
  readonly onRemove: (name: string) => void;
}): ReactNode {
  const { t } = useI18n();
  return (
    <div className={classes.columnHeads}>
      <span className={classes.time} style={{ visibility: 'hidden' }}>
        {shortTime(sample, look.withDay)}
      </span>
      <span />
      <span className={classes.columns} style={{ '--columns': look.columns.length } as CSSProperties}>
        {look.columns.map((name) => (
          <span key={name} className={classes.columnHead} data-testid="column">
            <span className={classes.columnName} title={name}>
              {name}
            </span>
            <ActionIcon
              size="xs"
              variant="subtle"
              color="gray"
              aria-label={t('logs.column.remove', { name })}
              onClick={() => onRemove(name)}
            >
              <IconX size={12} />
            </ActionIcon>
          </span>
        ))}
      </span>
    </div>
  );
}
