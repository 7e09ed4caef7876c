/** The rows to draw for a stretch of a long list, and where they begin. Heights in pixels. */
export interface RowWindow {
  readonly first: number;
  /** Behind the last row to draw. */
  readonly end: number;
  readonly totalHeight: number;
  /** Of the first row. */
  readonly offset: number;
}

/** `starts[i]` is where row i begins; the last entry is the height of all. */
export function rowStarts(heights: readonly number[]): Float64Array {
  const starts = new Float64Array(heights.length + 1);
  for (let i = 0; i < heights.length; i++) starts[i + 1] = (starts[i] as number) + (heights[i] as number);
  return starts;
}

/** The rows that touch `[top, top + height)`, with a margin on either side so that fast scrolling shows no gap. */
export function rowWindow(
  starts: Float64Array,
  view: { readonly top: number; readonly height: number; readonly margin: number },
): RowWindow {
  const count = starts.length - 1;
  const totalHeight = starts[count] as number;
  const first = Math.min(rowAt(starts, view.top - view.margin), Math.max(count - 1, 0));
  const end = Math.min(count, rowAt(starts, view.top + view.height + view.margin) + 1);
  return { first, end, totalHeight, offset: starts[first] as number };
}

/** The row that holds the height `y`; the first one for heights above, `count - 1` for heights below. */
export function rowAt(starts: Float64Array, y: number): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}
