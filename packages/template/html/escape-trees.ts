import type { IfNode, ListNode, RangeNode, StatementNode, TemplateNode, Tree, WithNode } from '../parse/ast.ts';
import { TemplateError } from '../template-error.ts';
import { byteLength } from '../values/utf8.ts';
import { type Context, context, contextKey, HtmlProblem, isSameContext, nudge, TEXT } from './context.ts';
import { escapedText } from './escape-text-node.ts';
import { escapedAction } from './pipeline.ts';

/**
 * The templates that a root reaches, each action's pipeline ending in the escapers of its place in the HTML. Templates
 * that are used elsewhere than in text get a copy for each context. Throws TemplateError where the HTML does not hold.
 */
export function escapeTrees(trees: ReadonlyMap<string, Tree>, root: string): ReadonlyMap<string, Tree> {
  const escaper = new Escaper(trees);
  const tree = trees.get(root);
  if (tree === undefined) return new Map();
  const end = escaper.root(tree);
  if (end.state !== 'text') {
    throw new TemplateError({
      phase: 'execute',
      message: `html/template:${root}: ends in a non-text context: ${describe(end)}`,
      templateName: root,
    });
  }
  return escaper.escaped;
}

function describe(c: Context): string {
  return `${c.state}${c.delim === 'none' ? '' : ` (${c.delim})`}`;
}

/** Contexts at the jumps out of a loop's body. */
interface Loop {
  readonly jumps: { readonly context: Context; readonly node: StatementNode }[];
}

interface Escaped<N> {
  readonly node: N;
  readonly next: Context;
}

class Escaper {
  /** By the name under which they run: that of the template, marked with the context unless it is text. */
  readonly escaped = new Map<string, Tree>();
  private readonly outputs = new Map<string, Context>();
  private readonly called = new Set<string>();
  private tree!: Tree;
  private loop: Loop | undefined;

  constructor(private readonly trees: ReadonlyMap<string, Tree>) {}

  root(tree: Tree): Context {
    return this.template(tree, tree.name, TEXT);
  }

  private fail(node: { readonly pos: number }, description: string): never {
    const before = this.tree.text.slice(0, node.pos);
    const line = before.split('\n').length;
    const column = byteLength(before.slice(before.lastIndexOf('\n') + 1));
    throw new TemplateError({
      phase: 'execute',
      message: `html/template:${this.tree.parseName}:${line}:${column}: ${description}`,
      templateName: this.tree.name,
      line,
      column,
    });
  }

  /** The context behind a template that starts in a context; its escaped copy is kept. */
  private template(tree: Tree, name: string, start: Context): Context {
    const known = this.outputs.get(name);
    if (known !== undefined) return known;
    // A template that calls itself is taken to end where it began, until it shows where it does.
    let guess = start;
    for (let attempt = 0; attempt < 2; attempt++) {
      this.outputs.set(name, guess);
      this.called.delete(name);
      const { node, next } = this.body(tree, start);
      if (!this.called.has(name) || isSameContext(guess, next)) {
        this.escaped.set(name, Object.freeze({ ...tree, name, root: node }));
        this.outputs.set(name, next);
        return next;
      }
      guess = next;
    }
    return this.fail(tree.root, `cannot compute output context for template ${name}`);
  }

  private body(tree: Tree, start: Context): Escaped<ListNode> {
    const { tree: outerTree, loop: outerLoop } = this;
    this.tree = tree;
    this.loop = undefined;
    const result = this.list(tree.root, start);
    this.tree = outerTree;
    this.loop = outerLoop;
    return result;
  }

  private list(list: ListNode, start: Context): Escaped<ListNode> {
    const nodes: StatementNode[] = [];
    let c = start;
    for (const node of list.nodes) {
      // What stands behind a jump never runs.
      if (c.state === 'dead') break;
      const escaped = this.statement(node, c);
      nodes.push(escaped.node);
      c = escaped.next;
    }
    return { node: Object.freeze({ ...list, nodes: Object.freeze(nodes) }), next: c };
  }

  private statement(node: StatementNode, c: Context): Escaped<StatementNode> {
    try {
      return this.escapeStatement(node, c);
    } catch (error) {
      if (error instanceof HtmlProblem) return this.fail(node, error.message);
      throw error;
    }
  }

  private escapeStatement(node: StatementNode, c: Context): Escaped<StatementNode> {
    switch (node.kind) {
      case 'text': {
        const { text, next } = escapedText(c, node.text);
        return { node: Object.freeze({ ...node, text }), next };
      }
      case 'action': {
        if (node.pipe.decl.length > 0) return { node, next: c };
        const place = nudge(c);
        const next = place.state === 'js' ? { ...place, slash: 'division' as const } : place;
        return { node: escapedAction(place, node), next };
      }
      case 'if':
      case 'with':
        return this.branch(node, c);
      case 'range':
        return this.range(node, c);
      case 'template':
        return this.call(node, c);
      case 'break':
      case 'continue':
        this.loop?.jumps.push({ context: c, node });
        return { node, next: context({ state: 'dead' }) };
    }
  }

  private branch(node: IfNode | WithNode, c: Context): Escaped<StatementNode> {
    const list = this.list(node.list, c);
    const elseList = node.elseList === undefined ? undefined : this.list(node.elseList, c);
    const next = this.join(list.next, elseList?.next ?? c, node);
    return { node: withLists(node, list.node, elseList?.node), next };
  }

  private range(node: RangeNode, c: Context): Escaped<StatementNode> {
    const outer = this.loop;
    const first = this.round(node, c);
    // The body has to mean the same where it runs again.
    const again = this.round(node, first.next, 'on range loop re-entry: ');
    const joined = this.join(first.next, again.next, node, 'on range loop re-entry: ');
    this.loop = outer;
    const elseList = node.elseList === undefined ? undefined : this.list(node.elseList, c);
    const next = this.join(joined, elseList?.next ?? c, node);
    return { node: withLists(node, first.node, elseList?.node), next };
  }

  private round(node: RangeNode, c: Context, prefix = ''): Escaped<ListNode> {
    const loop: Loop = { jumps: [] };
    this.loop = loop;
    const body = this.list(node.list, c);
    let { next } = body;
    for (const jump of loop.jumps) {
      next = this.join(next, jump.context, jump.node, `${prefix}at range loop ${jump.node.kind}: `);
    }
    return { node: body.node, next };
  }

  private call(node: TemplateNode, c: Context): Escaped<StatementNode> {
    const tree = this.trees.get(node.name);
    if (tree === undefined) return this.fail(node, `no such template ${JSON.stringify(node.name)}`);
    const name = c.state === 'text' ? node.name : `${node.name}$htmltemplate_${contextKey(c)}`;
    this.called.add(name);
    const next = this.template(tree, name, c);
    return { node: name === node.name ? node : Object.freeze({ ...node, name }), next };
  }

  /** The context behind two ways of which either may be taken. */
  private join(a: Context, b: Context, node: StatementNode, prefix = ''): Context {
    const joined = joinContexts(a, b);
    if (joined !== undefined) return joined;
    const kind = node.kind === 'break' || node.kind === 'continue' ? 'range' : node.kind;
    return this.fail(node, `${prefix}{{${kind}}} branches end in different contexts: ${describe(a)}, ${describe(b)}`);
  }
}

function joinContexts(a: Context, b: Context): Context | undefined {
  if (a.state === 'dead') return b;
  if (b.state === 'dead' || isSameContext(a, b)) return a;
  if (isSameContext({ ...a, urlPart: b.urlPart }, b)) return { ...a, urlPart: 'unknown' };
  if (isSameContext({ ...a, slash: b.slash }, b)) return { ...a, slash: 'unknown' };
  // An attribute may or may not have been there.
  const left = nudge(a);
  const right = nudge(b);
  return isSameContext(left, a) && isSameContext(right, b) ? undefined : joinContexts(left, right);
}

function withLists<N extends IfNode | WithNode | RangeNode>(node: N, list: ListNode, elseList?: ListNode): N {
  const copy: N = { ...node, list, ...(elseList === undefined ? {} : { elseList }) };
  return Object.freeze(copy) as N;
}
