import { isLegacyLabelName, isLegacyMetricName } from '@petrel/model';

/** How names outside the old character set are shown to a reader that does not know them. Source: prometheus/common, EscapingScheme. */
export type EscapingScheme = 'allow-utf-8' | 'underscores' | 'dots' | 'values';

export function isEscapingScheme(text: string): text is EscapingScheme {
  return text === 'allow-utf-8' || text === 'underscores' || text === 'dots' || text === 'values';
}

export function escapeMetricName(name: string, scheme: EscapingScheme): string {
  return escaped(name, scheme, isLegacyMetricName, /^[a-zA-Z_:]$/, /^[a-zA-Z0-9_:]$/);
}

export function escapeLabelName(name: string, scheme: EscapingScheme): string {
  return escaped(name, scheme, isLegacyLabelName, /^[a-zA-Z_]$/, /^[a-zA-Z0-9_]$/);
}

function escaped(
  name: string,
  scheme: EscapingScheme,
  isLegacy: (name: string) => boolean,
  first: RegExp,
  further: RegExp,
): string {
  if (name === '' || scheme === 'allow-utf-8') return name;
  // Dots double the underscores of every name, or a reader could not tell them from escapes.
  if (scheme !== 'dots' && isLegacy(name)) return name;
  let out = scheme === 'values' ? 'U__' : '';
  let index = 0;
  for (const character of name) {
    const legal = (index++ === 0 ? first : further).test(character);
    if (scheme === 'underscores') out += legal ? character : '_';
    else if (character === '_') out += '__';
    else if (scheme === 'dots') out += character === '.' ? '_dot_' : legal ? character : '__';
    else out += legal ? character : `_${(character.codePointAt(0) as number).toString(16)}_`;
  }
  return out;
}
