import { quoteGo } from '../print/quote.ts';
import type { Node, PipeNode } from './ast.ts';

/** A node as Go prints it in errors: `executing "x" at <HERE>`. Bodies of blocks are not repeated. */
export function nodeText(node: Node): string {
  switch (node.kind) {
    case 'identifier':
      return node.name;
    case 'field':
      return `.${node.names.join('.')}`;
    case 'variable':
      return node.names.join('.');
    case 'chain':
      return `${operandText(node.node)}.${node.names.join('.')}`;
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(node.value);
    case 'number':
      return node.text;
    case 'string':
      return node.quoted;
    case 'pipe':
      return pipeText(node);
    case 'command':
      return node.args.map(operandText).join(' ');
    case 'action':
      return `{{${pipeText(node.pipe)}}}`;
    case 'template':
      return `{{template ${quoteGo(node.name)}${node.pipe === undefined ? '' : ` ${pipeText(node.pipe)}`}}}`;
    case 'if':
    case 'with':
    case 'range':
      return `{{${node.kind} ${pipeText(node.pipe)}}}`;
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    case 'text':
      return node.text;
    case 'list':
      return node.nodes.map(nodeText).join('');
  }
}

function operandText(node: Node): string {
  return node.kind === 'pipe' ? `(${pipeText(node)})` : nodeText(node);
}

function pipeText(pipe: PipeNode): string {
  const commands = pipe.cmds.map(nodeText).join(' | ');
  if (pipe.decl.length === 0) return commands;
  return `${pipe.decl.map(nodeText).join(', ')} ${pipe.isAssign ? '=' : ':='} ${commands}`;
}
