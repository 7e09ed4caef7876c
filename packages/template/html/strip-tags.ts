import { step, VALUE_ENDS } from './advance.ts';
import { type Context, context, isComment } from './context.ts';

function isInTag(c: Context): boolean {
  return (
    c.state === 'tag' ||
    c.state === 'attrName' ||
    c.state === 'afterName' ||
    c.state === 'beforeValue' ||
    c.state === 'attr'
  );
}

/** The text of some HTML without its tags and comments: what trusted HTML means inside an attribute. */
export function stripTags(html: string): string {
  let text = '';
  let c = context({});
  let allText = true;
  for (let at = 0; at < html.length; ) {
    const rest = html.slice(at);
    if (c.delim !== 'none') {
      const end = rest.search(VALUE_ENDS[c.delim]);
      if (end < 0) return text;
      at += c.delim === 'spaceOrTagEnd' ? end : end + 1;
      c = context({ state: 'tag', element: c.element });
      continue;
    }
    // Scripts and styles count as text here, up to their end tags.
    const state = c.element !== 'none' && !isInTag(c) ? 'rcdata' : c.state;
    const { next, length } = step(state, c, rest);
    if (c.state === 'text' || c.state === 'rcdata') {
      const tag = next.state === c.state ? -1 : rest.slice(0, length).lastIndexOf('<');
      text += rest.slice(0, tag < 0 ? length : tag);
    } else allText = false;
    c = next;
    at += length;
  }
  return allText && !isComment(c.state) ? html : text;
}
