import type { ListNode } from './ast.ts';

/** Whether a body holds nothing but white space: such a definition does not replace another. */
export function isEmptyList(list: ListNode): boolean {
  return list.nodes.every((node) => node.kind === 'text' && node.text.trim() === '');
}
