import type { ListNode } from './ast.ts';
import type { TokenStream } from './token-stream.ts';

/** Nesting that the recursion of parser and executor carries on a default stack. */
export const MAX_NESTING = 400;

/** What all trees of one text share. */
export interface TextScope {
  readonly tokens: TokenStream;
  readonly add: (name: string, root: ListNode) => void;
  readonly hasFunction: (name: string) => boolean;
  /** Open blocks and parentheses. */
  depth: number;
}
