import type { CommandNode, ListNode, OperandNode, PipeNode, StatementNode, Tree } from '@petrel/template/parse/ast.ts';

/** The labels that a template names; undefined where it may look at all of them. */
export function templateFields(trees: Iterable<Tree>): ReadonlySet<string> | undefined {
  const fields = new Set<string>();
  let isOpen = false;

  const operand = (node: OperandNode): void => {
    switch (node.kind) {
      case 'field':
        fields.add(node.names[0] as string);
        break;
      case 'variable':
        if (node.names[0] !== '$') break;
        if (node.names[1] === undefined) isOpen = true;
        else fields.add(node.names[1]);
        break;
      case 'dot':
        isOpen = true;
        break;
      case 'chain':
        operand(node.node);
        break;
      case 'pipe':
        pipe(node);
    }
  };
  const command = (node: CommandNode): void => node.args.forEach(operand);
  const pipe = (node: PipeNode): void => node.cmds.forEach(command);
  const statement = (node: StatementNode): void => {
    if ('pipe' in node && node.pipe !== undefined) pipe(node.pipe);
    if ('list' in node) list(node.list);
    if ('elseList' in node && node.elseList !== undefined) list(node.elseList);
  };
  const list = (node: ListNode): void => node.nodes.forEach(statement);

  for (const { root } of trees) list(root);
  return isOpen ? undefined : fields;
}
