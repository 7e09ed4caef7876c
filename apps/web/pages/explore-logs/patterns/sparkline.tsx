import type { ReactNode } from 'react';

export interface SparklineProps {
  readonly counts: readonly number[];
  readonly color: string;
  readonly label: string;
}

const WIDTH = 120;
const HEIGHT = 26;

/** Counts over time as small bars, the highest as high as the picture. */
export function Sparkline({ counts, color, label }: SparklineProps): ReactNode {
  const highest = Math.max(1, ...counts);
  const step = WIDTH / Math.max(1, counts.length);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      height={HEIGHT}
      role="img"
      aria-label={label}
      style={{ display: 'block', width: '100%', maxWidth: WIDTH }}
    >
      <line x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} stroke="var(--mantine-color-default-border)" />
      {counts.map((count, k) => {
        // What is there at all must be seen.
        const height = count === 0 ? 0 : Math.max(2, (count / highest) * (HEIGHT - 2));
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity of a bucket
            key={k}
            x={k * step}
            y={HEIGHT - 1 - height}
            width={Math.max(1, step - 1)}
            height={height}
            style={{ fill: color }}
          />
        );
      })}
    </svg>
  );
}
