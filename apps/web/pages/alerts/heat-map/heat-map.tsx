import type { CSSProperties, ReactNode } from 'react';
import classes from './heat-map.module.css';
import { heatLevel } from './scale.ts';

export interface HeatCell {
  readonly value: number;
  readonly title: string;
}

export interface HeatMapProps {
  readonly rows: readonly string[];
  /** '' leaves a column without a label, where they would be too many. */
  readonly columns: readonly string[];
  /** `cells[i][j]` belongs to `rows[i]` and `columns[j]`. */
  readonly cells: readonly (readonly HeatCell[])[];
  /** What counts as the most; maps side by side share it. */
  readonly max: number;
  readonly label: string;
  readonly cellHeight?: number;
  /** Writes the values into the cells. */
  readonly showValues?: boolean;
  readonly chosen?: readonly [row: number, column: number] | undefined;
  readonly onChoose?: (row: number, column: number) => void;
}

/** Numbers in a grid as shades; cells that hold something can be pointed at and chosen. */
export function HeatMap(props: HeatMapProps): ReactNode {
  const { rows, columns, cells, max, label, cellHeight = 16, showValues = false, chosen, onChoose } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table would not lay its cells out evenly
    <div
      className={classes.map}
      role="group"
      aria-label={label}
      style={
        {
          gridTemplateColumns: `max-content repeat(${columns.length}, minmax(0, 1fr))`,
          '--cell-height': `${cellHeight}px`,
        } as CSSProperties
      }
    >
      <span />
      {columns.map((column, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns stay where they are
        <span key={index} className={classes.column}>
          {column}
        </span>
      ))}
      {rows.map((row, i) => [
        <span key={`label ${row}`} className={classes.label}>
          {row}
        </span>,
        ...columns.map((_, j) => {
          const cell = cells[i]?.[j] ?? { value: 0, title: '' };
          const common = {
            className: classes.cell,
            'data-level': heatLevel(cell.value, max),
            'data-chosen': chosen?.[0] === i && chosen[1] === j,
            title: cell.title,
          };
          const key = `${row} ${j}`;
          if (onChoose === undefined || (cell.value === 0 && !showValues))
            return (
              <span key={key} {...common}>
                {showValues ? cell.value : ''}
              </span>
            );
          return (
            <button
              key={key}
              type="button"
              {...common}
              aria-label={cell.title}
              onMouseEnter={() => onChoose(i, j)}
              onFocus={() => onChoose(i, j)}
              onClick={() => onChoose(i, j)}
            >
              {showValues ? cell.value : ''}
            </button>
          );
        }),
      ])}
    </div>
  );
}
