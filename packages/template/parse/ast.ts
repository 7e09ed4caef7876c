/**
 * The syntax tree. Nodes are frozen and tagged by `kind`. `pos` is a UTF-16 offset into the text that the tree was parsed
 * from; errors turn it into a line and a column of bytes.
 */
export interface Tree {
  /** Name of the template: of the file or text, or of the `define` or `block`. */
  readonly name: string;
  /** Name of the text that it stood in: what errors show before the line. */
  readonly parseName: string;
  readonly text: string;
  readonly root: ListNode;
}

export interface ListNode {
  readonly kind: 'list';
  readonly pos: number;
  readonly nodes: readonly StatementNode[];
}

export type StatementNode =
  | TextNode
  | ActionNode
  | IfNode
  | WithNode
  | RangeNode
  | TemplateNode
  | BreakNode
  | ContinueNode;

export interface TextNode {
  readonly kind: 'text';
  readonly pos: number;
  readonly text: string;
}

export interface ActionNode {
  readonly kind: 'action';
  readonly pos: number;
  readonly pipe: PipeNode;
}

interface BranchNode {
  readonly pos: number;
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList?: ListNode;
}

export interface IfNode extends BranchNode {
  readonly kind: 'if';
}

export interface WithNode extends BranchNode {
  readonly kind: 'with';
}

export interface RangeNode extends BranchNode {
  readonly kind: 'range';
}

export interface TemplateNode {
  readonly kind: 'template';
  readonly pos: number;
  readonly name: string;
  /** Absent: the template runs without data. */
  readonly pipe?: PipeNode;
}

export interface BreakNode {
  readonly kind: 'break';
  readonly pos: number;
}

export interface ContinueNode {
  readonly kind: 'continue';
  readonly pos: number;
}

export interface PipeNode {
  readonly kind: 'pipe';
  readonly pos: number;
  /** Variables that take the value: at most one, in `range` two. */
  readonly decl: readonly VariableNode[];
  /** `=` where true, else `:=`. */
  readonly isAssign: boolean;
  readonly cmds: readonly CommandNode[];
}

export interface CommandNode {
  readonly kind: 'command';
  readonly pos: number;
  /** At least one; the first is what is called or evaluated. */
  readonly args: readonly OperandNode[];
}

export type OperandNode =
  | IdentifierNode
  | FieldNode
  | VariableNode
  | ChainNode
  | DotNode
  | NilNode
  | BoolNode
  | NumberNode
  | StringNode
  | PipeNode;

/** Name of a function. */
export interface IdentifierNode {
  readonly kind: 'identifier';
  readonly pos: number;
  readonly name: string;
}

/** `.A.B` */
export interface FieldNode {
  readonly kind: 'field';
  readonly pos: number;
  readonly names: readonly string[];
}

/** `$x` or `$x.A.B`: the first name carries the dollar sign. */
export interface VariableNode {
  readonly kind: 'variable';
  readonly pos: number;
  readonly names: readonly string[];
}

/** `(pipeline).A.B` or `function.A`. */
export interface ChainNode {
  readonly kind: 'chain';
  readonly pos: number;
  readonly node: OperandNode;
  readonly names: readonly string[];
}

export interface DotNode {
  readonly kind: 'dot';
  readonly pos: number;
}

export interface NilNode {
  readonly kind: 'nil';
  readonly pos: number;
}

export interface BoolNode {
  readonly kind: 'bool';
  readonly pos: number;
  readonly value: boolean;
}

/** A constant without a type yet: it carries its value under every type that can hold it. */
export interface NumberNode {
  readonly kind: 'number';
  readonly pos: number;
  /** As written. */
  readonly text: string;
  readonly int?: bigint;
  readonly uint?: bigint;
  readonly float?: number;
}

export interface StringNode {
  readonly kind: 'string';
  readonly pos: number;
  /** As written, quotes included. */
  readonly quoted: string;
  readonly value: string;
}

export type Node = ListNode | StatementNode | CommandNode | OperandNode;
