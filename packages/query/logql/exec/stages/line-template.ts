import {
  type CompiledTemplate,
  compileTemplate,
  GoMap,
  lokiFunctions,
  parseTemplate,
  STRING_MAP,
  type Tree,
} from '@petrel/template';
import { BUILTINS } from '@petrel/template/exec/builtins.ts';
import type { StatementNode } from '@petrel/template/parse/ast.ts';
import type { LineState } from './line-state.ts';
import type { NameTable } from './name-cell.ts';
import { templateFields } from './template-fields.ts';

/** Functions that are only asked for their names, where a template is looked at before it runs. */
const NAMES = lokiFunctions({ line: () => '', timestampNs: () => 0n });

/** What one line may cost. A template is run for millions of them. */
const LIMITS = { maxOutputLength: 4 * 1024 * 1024, maxSteps: 100_000 };

/** Gives the text for a line. `values`: what the template sees; absent: the labels as they stand. Throws TemplateError. */
export type LineTemplateRun = (state: LineState, values?: ReadonlyMap<string, string>) => string;

/** A template of `line_format` or `label_format`. */
export class LineTemplate {
  /** Labels that it names; undefined: it may look at all of them. */
  readonly fields: ReadonlySet<string> | undefined;
  readonly #trees: ReadonlyMap<string, Tree>;

  /** Throws TemplateError for what is no template. */
  constructor(
    private readonly name: string,
    private readonly text: string,
  ) {
    this.#trees = parseTemplate(name, text, { hasFunction: (fn) => NAMES.has(fn) || BUILTINS.has(fn) });
    this.fields = templateFields(this.#trees.values());
  }

  /** For one run. */
  bind(names: NameTable): LineTemplateRun {
    return this.#pieces(names) ?? this.#whole();
  }

  /** Text, labels and the line itself one after another need no interpreter. */
  #pieces(names: NameTable): LineTemplateRun | undefined {
    const root = this.#trees.get(this.name)?.root;
    if (root === undefined || this.#trees.size > 1) return undefined;
    const pieces: ((state: LineState, values?: ReadonlyMap<string, string>) => string)[] = [];
    for (const node of root.nodes) {
      const piece = pieceOf(node, names);
      if (piece === undefined) return undefined;
      pieces.push(piece);
    }
    return (state, values) => {
      let text = '';
      for (const piece of pieces) text += piece(state, values);
      return text;
    };
  }

  #whole(): LineTemplateRun {
    let current: LineState;
    const functions = lokiFunctions({ line: () => current.line, timestampNs: () => current.tsNs });
    const template: CompiledTemplate = compileTemplate(this.name, this.text, { functions });
    return (state, values) => {
      current = state;
      const data = new GoMap(STRING_MAP, values ?? state.values());
      return template.execute(data, { missingKey: 'zero', limits: LIMITS });
    };
  }
}

function pieceOf(
  node: StatementNode,
  names: NameTable,
): ((state: LineState, values?: ReadonlyMap<string, string>) => string) | undefined {
  if (node.kind === 'text') return () => node.text;
  if (node.kind !== 'action' || node.pipe.decl.length > 0 || node.pipe.cmds.length !== 1) return undefined;
  const [operand, more] = node.pipe.cmds[0]?.args ?? [];
  if (operand === undefined || more !== undefined) return undefined;
  if (operand.kind === 'identifier' && operand.name === '__line__') return (state) => state.line;
  if (operand.kind !== 'field' || operand.names.length !== 1) return undefined;
  const name = operand.names[0] as string;
  const cell = names.pinned(name);
  return (state, values) => {
    if (values !== undefined) return values.get(name) ?? '';
    if (cell === state.errorCell) return state.error;
    if (cell === state.errorDetailsCell) return state.errorDetails;
    return state.read(cell) ?? '';
  };
}
