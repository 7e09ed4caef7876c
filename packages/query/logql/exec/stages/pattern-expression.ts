/** A part of a pattern: a capture by its name, `_` for one that is thrown away, or text. */
export type PatternNode = { readonly capture: string } | { readonly literal: string };

/** What is wrong with a pattern, in Loki's words. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

const CAPTURE = /<([A-Za-z_][A-Za-z0-9_]*)>/g;

/** The parts of a pattern: `<ip> - <_>`. Angle brackets around what is no name are text. */
export function parsePattern(pattern: string): readonly PatternNode[] {
  const nodes: PatternNode[] = [];
  let last = 0;
  for (const match of pattern.matchAll(CAPTURE)) {
    if (match.index > last) nodes.push({ literal: pattern.slice(last, match.index) });
    nodes.push({ capture: match[1] as string });
    last = match.index + match[0].length;
  }
  if (last < pattern.length) nodes.push({ literal: pattern.slice(last) });
  return nodes;
}

/** The pattern of `| pattern`: has captures with different names, and text between them. Throws PatternError. */
export function parseCapturePattern(pattern: string): CapturePattern {
  if (pattern === '') {
    const mistake = 'syntax error: unexpected $end, expecting IDENTIFIER or LITERAL';
    throw new PatternError(`parse error at line 1, col 1: ${mistake}`);
  }
  const nodes = parsePattern(pattern);
  const names = nodes.flatMap((node) => ('capture' in node && node.capture !== '_' ? [node.capture] : []));
  if (names.length === 0) throw new PatternError('at least one capture is required');
  checkNeighbours(nodes);
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined) throw new PatternError(`duplicate capture name (${repeated}): invalid expression`);
  return new CapturePattern(nodes, names);
}

/** The pattern of `|>` and `!>`: its captures have no names. Throws PatternError. */
export function parseFilterPattern(pattern: string): readonly PatternNode[] {
  const nodes = parsePattern(pattern);
  checkNeighbours(nodes);
  for (const node of nodes) {
    if ('capture' in node && node.capture !== '_') {
      throw new PatternError(`named captures are not allowed: found '<${node.capture}>'`);
    }
  }
  return nodes;
}

function checkNeighbours(nodes: readonly PatternNode[]): void {
  for (const [i, node] of nodes.entries()) {
    const next = nodes[i + 1];
    if (next !== undefined && 'capture' in node && 'capture' in next) {
      throw new PatternError(`found consecutive capture '<${node.capture}><${next.capture}>': invalid expression`);
    }
  }
}

/** Takes lines apart. */
export class CapturePattern {
  constructor(
    private readonly nodes: readonly PatternNode[],
    /** Of the captures, without `_`. */
    readonly names: readonly string[],
  ) {}

  /** Where the named captures stand, as from and to in turn. The first that runs into a text that is not there takes the rest of the line, and is the last. */
  match(line: string, places: number[]): number {
    const { nodes } = this;
    if (line === '') return 0;
    let at = 0;
    let i = 0;
    const first = nodes[0];
    if (first !== undefined && 'literal' in first) {
      if (!line.startsWith(first.literal)) return 0;
      at = first.literal.length;
      i = 1;
    }
    let count = 0;
    for (; i < nodes.length; i += 2) {
      const { capture } = nodes[i] as { capture: string };
      const after = nodes[i + 1];
      const end = after === undefined ? -1 : line.indexOf((after as { literal: string }).literal, at);
      if (capture !== '_') {
        places[2 * count] = at;
        places[2 * count + 1] = end < 0 ? line.length : end;
        count++;
      }
      if (end < 0) return count;
      at = end + (after as { literal: string }).literal.length;
    }
    return count;
  }
}

/** Whether the whole line is as the pattern says, each text at its first occurrence, no capture empty. */
export function testPattern(nodes: readonly PatternNode[], line: string): boolean {
  if (line === '' || nodes.length === 0) return line === '' && nodes.length === 0;
  let at = 0;
  for (const [i, node] of nodes.entries()) {
    if ('capture' in node) continue;
    const found = line.indexOf(node.literal, at);
    if (found < 0 || (i > 0 && found === at)) return false;
    at = found + node.literal.length;
  }
  const endsInCapture = 'capture' in (nodes.at(-1) as PatternNode);
  return endsInCapture === at < line.length;
}
