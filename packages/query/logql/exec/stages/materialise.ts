import { Labels } from '@petrel/model';
import type { ProcessedLine } from '../pipeline.ts';
import { type AddedLabel, createLayout, type LabelCategory, type LabelLayout, LayoutNode } from './label-layout.ts';
import type { LineState } from './line-state.ts';

/** Where metadata ends and parsed labels begin, and where they end. */
const METADATA_END = {};
const PARSED_END = {};

/** Values that the line adds, in the order of the way to its layout; used again for each line. */
const values: string[] = [];

/** Label sets that a layout remembers. */
const MAX_KNOWN = 10_000;

/** The result of a line whose labels are not just its stream's. */
export function materialise(state: LineState): ProcessedLine {
  const layout = layoutOf(state);
  if (state.isNarrow) return new NarrowLine(state.line, layout, narrowLabels(state, layout));
  const all: string[] = [];
  const stream: string[] = [];
  const metadata: string[] = [];
  const parsed: string[] = [];
  const { pairs } = state.stream.labels;
  for (const { name, category, at } of layout.labels) {
    const value = (category === 'stream' ? pairs[at] : values[at]) as string;
    if (value === '') continue;
    all.push(name, value);
    (category === 'stream' ? stream : category === 'metadata' ? metadata : parsed).push(name, value);
  }
  const isWhole = stream.length === pairs.length;
  return {
    line: state.line,
    labels: Labels.fromSortedPairs(all),
    stream: isWhole ? state.stream.labels : Labels.fromSortedPairs(stream),
    metadata: Labels.fromSortedPairs(metadata),
    parsed: Labels.fromSortedPairs(parsed),
  };
}

/** Finds the layout of the line, and fills `values`. */
function layoutOf(state: LineState): LabelLayout {
  const { stream, names } = state;
  if (stream.epoch !== names.epoch || stream.layouts.isFull) {
    stream.layouts = new LayoutNode();
    stream.epoch = names.epoch;
  }
  // An error is shown with all that is known of the line.
  const showsAll = !state.isNarrow || state.error !== '';
  let node: LayoutNode = stream.layouts;
  let count = 0;
  for (const cell of state.dropped) node = node.next(cell.drop);
  for (let i = 0; i < state.metadataCount; i++) {
    const { cell, value } = state.metadata[i] as (typeof state.metadata)[number];
    if (cell === undefined || !(showsAll || cell.shown)) continue;
    node = node.next(cell);
    values[count++] = value;
  }
  node = node.next(METADATA_END);
  for (let i = 0; i < state.parsedCount; i++) {
    const label = state.parsed[i] as (typeof state.parsed)[number];
    if (label.cell === undefined || !(showsAll || label.cell.shown)) continue;
    node = node.next(label.cell);
    values[count++] = state.textOf(label);
  }
  node = node.next(PARSED_END);
  if (state.error !== '') {
    node = node.next(state.errorCell);
    values[count++] = state.error;
  }
  if (state.errorDetails !== '' && (showsAll || state.errorDetailsCell.shown)) {
    node = node.next(state.errorDetailsCell);
    values[count++] = state.errorDetails;
  }
  node.layout ??= createLayout(stream.labels, addedLabels(state, showsAll), {
    isDropped: (name) => state.isDropped(names.cell(name)),
    isShown: (name) => showsAll || names.cell(name).shown,
  });
  return node.layout;
}

/** The labels whose values layoutOf collected, in the same order. */
function addedLabels(state: LineState, showsAll: boolean): readonly AddedLabel[] {
  const added: AddedLabel[] = [];
  for (const { cell } of state.metadata.slice(0, state.metadataCount)) {
    if (cell !== undefined && (showsAll || cell.shown)) added.push({ cell, category: 'metadata' });
  }
  for (const { cell } of state.parsed.slice(0, state.parsedCount)) {
    if (cell !== undefined && (showsAll || cell.shown)) added.push({ cell, category: 'parsed' });
  }
  if (state.error !== '') added.push({ cell: state.errorCell, category: 'parsed' });
  if (state.errorDetails !== '' && (showsAll || state.errorDetailsCell.shown)) {
    added.push({ cell: state.errorDetailsCell, category: 'parsed' });
  }
  return added;
}

/** The labels of a line that shows few: the same object for the same values. */
function narrowLabels(state: LineState, layout: LabelLayout): Labels {
  const { pairs } = state.stream.labels;
  let key = '';
  // As in the key of Labels: a lone surrogate stands in no value.
  for (const { category, at } of layout.labels) if (category !== 'stream') key += `${values[at]}\udbff`;
  const known = layout.known.get(key);
  if (known !== undefined) return known;
  const all: string[] = [];
  for (const { name, category, at } of layout.labels) {
    const value = (category === 'stream' ? pairs[at] : values[at]) as string;
    if (value !== '') all.push(name, value);
  }
  const labels = Labels.fromSortedPairs(all);
  if (layout.known.size >= MAX_KNOWN) layout.known.clear();
  layout.known.set(key, labels);
  return labels;
}

/** A line that shows few labels: where they come from is worked out when somebody asks. */
class NarrowLine implements ProcessedLine {
  readonly #layout: LabelLayout;

  constructor(
    readonly line: string,
    layout: LabelLayout,
    readonly labels: Labels,
  ) {
    this.#layout = layout;
  }

  get stream(): Labels {
    return this.#of('stream');
  }

  get metadata(): Labels {
    return this.#of('metadata');
  }

  get parsed(): Labels {
    return this.#of('parsed');
  }

  #of(category: LabelCategory): Labels {
    const names = this.#layout.labels.filter((label) => label.category === category).map(({ name }) => name);
    return this.labels.keep(new Set(names));
  }
}
