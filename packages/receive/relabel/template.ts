/** A part of a parsed replacement: literal text, a group by number, or a group by name. */
export type TemplatePart = string | number | { readonly name: string };

/**
 * Parses a replacement in the notation of Go's `regexp.Expand`: `$1`, `${1}`, `$name`, `${name}`, `$$`. A bare `$name` takes
 * the longest run of letters, digits and underscores; a malformed `$` stands for itself.
 */
export function parseTemplate(template: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let literal = '';
  let i = 0;
  while (i < template.length) {
    const c = template[i] as string;
    if (c !== '$') {
      literal += c;
      i++;
      continue;
    }
    if (template[i + 1] === '$') {
      literal += '$';
      i += 2;
      continue;
    }
    REFERENCE.lastIndex = i;
    const match = REFERENCE.exec(template);
    if (match === null) {
      literal += '$';
      i++;
      continue;
    }
    const name = (match[1] ?? match[2]) as string;
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push(/^(?:0|[1-9][0-9]*)$/.test(name) ? Number(name) : { name });
    i = REFERENCE.lastIndex;
  }
  if (literal !== '') parts.push(literal);
  return parts;
}

const REFERENCE = /\$(?:\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/uy;

/** Whether a text refers to a group at all (Prometheus's own, rougher test decides by the dollar sign). */
export function hasReference(template: string): boolean {
  return template.includes('$');
}
