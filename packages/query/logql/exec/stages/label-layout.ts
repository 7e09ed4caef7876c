import type { Labels } from '@petrel/model';
import type { NameCell } from './name-cell.ts';

export type LabelCategory = 'stream' | 'metadata' | 'parsed';

/** One label of a result: where its value stands. */
export interface LayoutLabel {
  readonly name: string;
  readonly category: LabelCategory;
  /** The place among the values that the line adds, or in the pairs of the stream's labels. */
  readonly at: number;
}

/** The labels of lines that have the same names from the same places, sorted by name. */
export interface LabelLayout {
  readonly labels: readonly LayoutLabel[];
  /** Label sets that occurred, by their values; only where few labels are shown. */
  readonly known: Map<string, Labels>;
}

/** A label that a line adds to its stream's. */
export interface AddedLabel {
  readonly cell: NameCell;
  readonly category: 'metadata' | 'parsed';
}

/** Layouts of one stream before all are forgotten; lines whose keys never repeat would fill the memory. */
const MAX_NODES = 4096;

/** A step on the way through the names of a line. The same names in the same order lead to the same node, and so to one layout that is made once. */
export class LayoutNode {
  #lastKey: object | undefined;
  #lastNode: LayoutNode | undefined;
  #nodes: Map<object, LayoutNode> | undefined;
  layout: LabelLayout | undefined;
  readonly #count: { nodes: number };

  constructor(count: { nodes: number } = { nodes: 0 }) {
    this.#count = count;
    count.nodes++;
  }

  get isFull(): boolean {
    return this.#count.nodes > MAX_NODES;
  }

  next(key: object): LayoutNode {
    if (key === this.#lastKey) return this.#lastNode as LayoutNode;
    this.#nodes ??= new Map();
    let node = this.#nodes.get(key);
    if (node === undefined) {
      node = new LayoutNode(this.#count);
      this.#nodes.set(key, node);
    }
    this.#lastKey = key;
    this.#lastNode = node;
    return node;
  }
}

/**
 * Makes a layout. `added` in the order of their values; of two with the same name the later counts, and both count over the stream's.
 * `isDropped` tells of names of the stream that a stage dropped.
 */
export function createLayout(
  stream: Labels,
  added: readonly AddedLabel[],
  options: { readonly isDropped: (name: string) => boolean; readonly isShown: (name: string) => boolean },
): LabelLayout {
  const labels = new Map<string, LayoutLabel>();
  const { pairs } = stream;
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i] as string;
    if (!options.isDropped(name) && options.isShown(name)) labels.set(name, { name, category: 'stream', at: i + 1 });
  }
  for (const [at, { cell, category }] of added.entries()) labels.set(cell.name, { name: cell.name, category, at });
  const sorted = [...labels.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { labels: sorted, known: new Map() };
}
