import type { LineShape } from './line-shape.ts';
import type { Token } from './token.ts';
import { WILDCARD } from './word-mask.ts';

const CAPTURE = '<_>';

/** As `|>` takes it: texts and `<_>`. Every line whose shape this is matches. */
export function printPattern({ head, tokens, gaps, tail }: Omit<LineShape, 'isFirstFixed'>): string {
  let out = head;
  for (const [i, token] of tokens.entries()) out += (gaps[i] as string) + tokenText(token);
  out += (gaps[tokens.length] as string) + tail;
  return out.replaceAll(WILDCARD, CAPTURE);
}

/**
 * Wildcards with only signs between them (`10:31:07`) become one, where the sign that follows is none of those: then what follows is found behind them.
 */
function tokenText({ segments, mask }: Token): string {
  if (mask.length === 1) return mask;
  let out = '';
  let i = 0;
  while (i < segments.length) {
    const segment = segments[i] as string;
    const to = i % 2 === 0 && segment.endsWith(WILDCARD) ? endOfRun(segments, i) : i;
    out += segment;
    i = to + 1;
  }
  return out;
}

/** The last word of the run that begins with the word at `from`. */
function endOfRun(segments: readonly string[], from: number): number {
  let to = from;
  while (segments[to + 2] === WILDCARD) to += 2;
  const follows = segments[to + 1]?.charAt(0);
  while (to > from && follows !== undefined && within(segments, from, to).includes(follows)) to -= 2;
  return to > from && follows === segments[to + 1]?.charAt(0) ? to : from;
}

function within(segments: readonly string[], from: number, to: number): string {
  let signs = '';
  for (let i = from + 1; i < to; i += 2) signs += segments[i] as string;
  return signs;
}
