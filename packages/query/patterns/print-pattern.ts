import type { LineShape } from './line-shape.ts';
import type { Token } from './token.ts';
import { WILDCARD } from './word-mask.ts';

const CAPTURE = '<_>';

/** Where a pattern ends before its lines do: behind so many tokens and these blanks. */
export interface Cut {
  readonly tokens: number;
  readonly gap: string;
}

/** As `|>` takes it: texts and `<_>`. Every line whose shape this is matches. */
export function printPattern({ head, tokens, gaps, tail }: Omit<LineShape, 'isFirstFixed'>, cut?: Cut): string {
  let out = head;
  const to = cut?.tokens ?? tokens.length;
  for (let i = 0; i < to; i++) out += (gaps[i] as string) + tokenText(tokens[i] as Token);
  if (cut === undefined) out += (gaps[to] as string) + tail;
  else out += cut.gap === '' && out.endsWith(WILDCARD) ? '' : cut.gap + WILDCARD;
  return out.replaceAll(WILDCARD, CAPTURE);
}

/** The cut that lines with other blanks than a shape's make needful; `cut` itself where it does already. */
export function narrowerCut(
  { gaps: own, tail }: Pick<LineShape, 'gaps' | 'tail'>,
  gaps: readonly string[],
  cut: Cut | undefined,
): Cut | undefined {
  const last = own.length - 1;
  const to = cut?.tokens ?? last;
  for (let i = 0; i <= to; i++) {
    const known = cut !== undefined && i === to ? cut.gap : (own[i] as string);
    const gap = gaps[i] as string;
    if (cut !== undefined && i === to ? gap.startsWith(known) : gap === known) continue;
    // Behind the last token nothing may be left, and a wildcard is never empty.
    if (i === last && tail === '' && i > 0) return { tokens: i - 1, gap: own[i - 1] as string };
    return { tokens: i, gap: commonStart(known, gap) };
  }
  return cut;
}

/** The cut that serves for both. */
export function narrowest(a: Cut | undefined, b: Cut | undefined): Cut | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.tokens !== b.tokens) return a.tokens < b.tokens ? a : b;
  return { tokens: a.tokens, gap: commonStart(a.gap, b.gap) };
}

function commonStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
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

/** The last word of the run of wildcards that begins with the word at `from`; that word itself where they cannot be one. */
function endOfRun(segments: readonly string[], from: number): number {
  let to = from;
  while (segments[to + 2] === WILDCARD) to += 2;
  const follows = segments[to + 1]?.charAt(0);
  return follows !== undefined && signsWithin(segments, from, to).includes(follows) ? from : to;
}

function signsWithin(segments: readonly string[], from: number, to: number): string {
  let signs = '';
  for (let i = from + 1; i < to; i += 2) signs += segments[i] as string;
  return signs;
}
