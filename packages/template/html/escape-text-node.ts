import { advance } from './advance.ts';
import { type Context, isComment, isScriptLiteral } from './context.ts';

/** The text of a template as it is written, without comments, and the context behind it. Throws HtmlProblem. */
export function escapedText(start: Context, text: string): { readonly text: string; readonly next: Context } {
  let c = start;
  let written = '';
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const { next, length } = advance(c, rest);
    written += keptPart(c, next, rest.slice(0, length));
    if (length === 0 && next.state === c.state) throw new Error(`no way on from ${c.state}`);
    c = next;
    at += length;
  }
  return { text: written, next: c };
}

/** What of one stretch of text, read in context c and ending in `next`, goes to the output. */
function keptPart(c: Context, next: Context, part: string): string {
  // Comments inside attribute values are the value's text.
  const wasComment = isComment(c.state) && c.delim === 'none';
  const beginsComment = next.state !== c.state && isComment(next.state) && next.delim === 'none';
  if (wasComment) return commentReplacement(c, part);
  const kept = beginsComment ? part.slice(0, part.length - commentStartLength(next)) : part;
  if (c.state === 'text' || c.state === 'rcdata') {
    const tag = next.state === c.state || beginsComment ? -1 : kept.lastIndexOf('<');
    const end = tag < 0 ? kept.length : tag;
    return kept.slice(0, end).replace(/<(?!!DOCTYPE)/gi, '&lt;') + kept.slice(end);
  }
  // A literal of a script must not end the script.
  return isScriptLiteral(c.state) ? kept.replace(/<(script|\/script|!--)/gi, '\\x3C$1') : kept;
}

function commentStartLength(next: Context): number {
  if (next.state === 'htmlComment' || next.state === 'jsHtmlOpenComment') return 4;
  return next.state === 'jsHtmlCloseComment' ? 3 : 2;
}

/** A block comment separates what stands beside it. */
function commentReplacement(c: Context, part: string): string {
  if (c.state === 'jsBlockComment') return /[\n\r\u2028\u2029]/.test(part) ? '\n' : ' ';
  return c.state === 'cssBlockComment' ? ' ' : '';
}
