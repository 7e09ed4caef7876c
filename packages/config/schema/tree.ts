import type { Document, Node, Scalar } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';

/** Where a value stands in its file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly position: Position;
  /** As written, quotes and escapes resolved; what it means is for the schema to say. */
  readonly text: string;
  /** An unquoted `null`, `~` or nothing at all. */
  readonly isNull: boolean;
}

export interface ListNode {
  readonly kind: 'list';
  readonly position: Position;
  readonly items: readonly TreeNode[];
}

export interface MapNode {
  readonly kind: 'map';
  readonly position: Position;
  /** In the order of the file; merged keys (`<<`) after the map's own. */
  readonly entries: ReadonlyMap<string, { readonly keyPosition: Position; readonly value: TreeNode }>;
}

/** YAML reduced to what a configuration needs: three kinds of nodes with positions, aliases and merge keys resolved. */
export type TreeNode = ScalarNode | ListNode | MapNode;

export interface TreeProblem {
  readonly position: Position;
  readonly message: string;
}

/** Beyond this many nodes, counted with aliases written out, a file is an attack or a mistake: real ones stay under 100,000. */
const MAX_EXPANDED_NODES = 2_000_000;
const START: Position = { line: 1, column: 1 };
/** The type is left to the schema, so that `version: 1.10` stays what was written. */
const OPTIONS = { schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const;

/**
 * Parses the first document of `text`. `tree` is absent exactly where there are errors; an empty document is a null scalar.
 * Never throws for any text.
 */
export function parseTree(text: string): {
  tree: TreeNode | undefined;
  errors: readonly TreeProblem[];
  warnings: readonly TreeProblem[];
} {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { ...OPTIONS, lineCounter: lines });
  const first = (Array.isArray(documents) ? documents[0] : undefined) as Document.Parsed | undefined;
  const none: ScalarNode = { kind: 'scalar', position: START, text: '', isNull: true };
  if (first === undefined) return { tree: none, errors: [], warnings: [] };
  const builder = new TreeBuilder(first, lines);
  for (const { pos, message } of first.errors) builder.problem(pos[0], message);
  const tree = first.errors.length > 0 ? undefined : first.contents === null ? none : builder.build(first.contents);
  const second = documents[1];
  const warnings =
    second === undefined
      ? []
      : [{ position: builder.position(second.range[0]), message: 'only the first document of the file is used' }];
  return { tree: builder.errors.length > 0 ? undefined : tree, errors: builder.errors, warnings };
}

class TreeBuilder {
  readonly errors: TreeProblem[] = [];
  readonly #built = new Map<Node, TreeNode>();
  readonly #open = new Set<Node>();
  readonly #weights = new Map<TreeNode, number>();

  constructor(
    readonly document: Document.Parsed,
    readonly lines: LineCounter,
  ) {}

  position(offset: number): Position {
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  problem(offset: number, message: string): void {
    this.errors.push({ position: this.position(offset), message });
  }

  /** Shares the nodes behind aliases, so that the work is linear in the text whatever the aliases multiply to. */
  build(node: Node): TreeNode {
    const known = this.#built.get(node);
    if (known !== undefined) return known;
    const offset = node.range?.[0] ?? 0;
    if (this.#open.has(node)) {
      this.problem(offset, 'an anchor contains itself');
      return this.#null(offset);
    }
    this.#open.add(node);
    const tree = this.#convert(node, offset);
    this.#open.delete(node);
    this.#built.set(node, tree);
    const weight = this.#weigh(tree);
    this.#weights.set(tree, weight);
    if (weight > MAX_EXPANDED_NODES && this.errors.length === 0) {
      this.problem(offset, 'the aliases of this document multiply to too much');
    }
    return tree;
  }

  #convert(node: Node, offset: number): TreeNode {
    const position = this.position(offset);
    if (isAlias(node)) {
      const target = node.resolve(this.document);
      if (target !== undefined) return this.build(target as Node);
      this.problem(offset, `unknown anchor '${node.source}'`);
      return this.#null(offset);
    }
    if (isSeq(node)) return { kind: 'list', position, items: node.items.map((item) => this.build(item as Node)) };
    if (isMap(node)) return { kind: 'map', position, entries: this.#entries(node.items as Pair[]) };
    if (isScalar(node)) return this.#scalar(node, offset);
    return this.#null(offset);
  }

  #entries(pairs: readonly Pair[]): MapNode['entries'] {
    const entries = new Map<string, { keyPosition: Position; value: TreeNode }>();
    const merged: TreeNode[] = [];
    for (const { key, value } of pairs) {
      const keyNode = this.build(key);
      const valueNode = value === null ? this.#null(key.range?.[1] ?? 0) : this.build(value);
      if (keyNode.kind !== 'scalar') {
        this.errors.push({ position: keyNode.position, message: 'a key must be a plain text' });
        continue;
      }
      if (keyNode.text === '<<' && isScalar(key) && key.type === 'PLAIN') {
        merged.push(...(valueNode.kind === 'list' ? valueNode.items : [valueNode]));
        continue;
      }
      const earlier = entries.get(keyNode.text);
      if (earlier !== undefined) {
        const message = `field ${keyNode.text} already set in line ${earlier.keyPosition.line}`;
        this.errors.push({ position: keyNode.position, message });
      } else entries.set(keyNode.text, { keyPosition: keyNode.position, value: valueNode });
    }
    for (const source of merged) {
      if (source.kind !== 'map') {
        this.errors.push({
          position: source.position,
          message: 'only a map (or a list of maps) can be merged with <<',
        });
        continue;
      }
      for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
    }
    return entries;
  }

  #scalar(node: Scalar, offset: number): ScalarNode {
    const text = String(node.value ?? '');
    const position = this.position(offset);
    if (node.tag === 'tag:yaml.org,2002:binary' || node.tag === '!!binary') {
      // The library has decoded it already, leniently; the source tells what was written.
      return { kind: 'scalar', position, text: this.#binary(node.source ?? text, offset), isNull: false };
    }
    const plain = node.type === 'PLAIN' || node.type === undefined || node.type === null;
    return { kind: 'scalar', position, text, isNull: plain && /^(?:|~|null|Null|NULL)$/.test(text) };
  }

  #binary(text: string, offset: number): string {
    const compact = text.replaceAll(/\s/g, '');
    if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) {
      this.problem(offset, '!!binary value contains invalid base64 data');
      return '';
    }
    const bytes = Buffer.from(compact, 'base64');
    const decoded = bytes.toString('utf8');
    if (Buffer.from(decoded, 'utf8').equals(bytes)) return decoded;
    // Bytes that are no UTF-8 become lone surrogates, which every check of a name refuses.
    return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join('');
  }

  #null(offset: number): ScalarNode {
    return { kind: 'scalar', position: this.position(offset), text: '', isNull: true };
  }

  #weigh(tree: TreeNode): number {
    let weight = 1;
    if (tree.kind === 'list') for (const item of tree.items) weight += this.#weights.get(item) ?? 1;
    if (tree.kind === 'map') for (const { value } of tree.entries.values()) weight += this.#weights.get(value) ?? 1;
    return weight;
  }
}

interface Pair {
  readonly key: Node;
  readonly value: Node | null;
}
