/** In lower case; the one letter whose lower case is two (İ) stays, so that a word never becomes part of another by folding. */
export function foldCase(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text.replaceAll(/[^\u0130]+/g, (part) => part.toLowerCase());
}

const ALONE = String.raw`\p{Script=Han}\p{Script=Hiragana}`;
const LETTERS = String.raw`(?:(?![${ALONE}])[\p{L}\p{M}\p{N}_])+`;
const WORD = new RegExp(
  String.raw`[${ALONE}]|${LETTERS}(?:(?:(?<=\p{Nd})[.,](?=\p{Nd})|(?<=\p{L})['’](?=\p{L}))${LETTERS})*`,
  'gu',
);
const JOINING = new RegExp(String.raw`^(?![${ALONE}])[\p{L}\p{M}\p{N}_]$`, 'u');
const IS_ALONE = new RegExp(`^[${ALONE}]$`, 'u');
const WORD_OF_ASCII = /[a-z0-9_]+(?:(?:(?<=[0-9])[.,](?=[0-9])|(?<=[a-z])'(?=[a-z]))[a-z0-9_]+)*/g;
const NOT_ASCII = /[^\0-\x7f]/;

/**
 * The words of a folded text, in their order: letters, digits and underscores, with a point or comma between digits and an apostrophe between letters; each Chinese
 * character and each hiragana is a word. As Elasticsearch's standard analyzer has it, but a point or colon between letters ends a word, so that a class's
 * name is found in `java.lang.Error` and a level in `ERROR:x`.
 */
export function wordsOf(folded: string): string[] {
  return folded.match(NOT_ASCII.test(folded) ? WORD : WORD_OF_ASCII) ?? [];
}

/** Whether a single word of `wordsOf` is among the words of a folded text. */
export function containsWord(folded: string, word: string): boolean {
  let uncertain = false;
  const alone = word.charCodeAt(0) >= 0x80 && IS_ALONE.test(word);
  for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
    if (alone) return true;
    const end = at + word.length;
    const before = charBefore(folded, at);
    const after = charAt(folded, end);
    if (isJoining(before) || isJoining(after)) continue;
    if (
      (isConnector(before) && isJoining(charBefore(folded, at - 1))) ||
      (isConnector(after) && isJoining(charAt(folded, end + 1)))
    ) {
      uncertain = true;
    } else return true;
  }
  return uncertain && wordsOf(folded).includes(word);
}

function charAt(text: string, at: number): string {
  const c = text.charCodeAt(at);
  return c >= 0xd800 && c < 0xdc00 ? text.slice(at, at + 2) : text.charAt(at);
}

function charBefore(text: string, at: number): string {
  const c = text.charCodeAt(at - 1);
  return c >= 0xdc00 && c < 0xe000 ? text.slice(Math.max(at - 2, 0), at) : text.charAt(at - 1);
}

/** What may stand within a word, by what is around it. */
function isConnector(char: string): boolean {
  return char === '.' || char === ',' || char === "'" || char === '’';
}

function isJoining(char: string): boolean {
  if (char === '') return false;
  const c = char.charCodeAt(0);
  if (c < 0x80) return (c >= 0x61 && c <= 0x7a) || (c >= 0x30 && c <= 0x39) || c === 0x5f;
  return JOINING.test(char);
}

/** Where `words` stand one after the other; with `slop` so many places may lie between or be changed, as Lucene counts them. */
export function containsPhrase(text: readonly string[], words: readonly string[], slop: number): boolean {
  if (words.length === 0 || text.length === 0) return false;
  if (slop > 0) return containsSloppy(text, words, slop);
  const last = text.length - words.length;
  next: for (let at = text.indexOf(words[0] as string); at >= 0 && at <= last; ) {
    for (let i = 1; i < words.length; i++) {
      if (text[at + i] !== words[i]) {
        at = text.indexOf(words[0] as string, at + 1);
        continue next;
      }
    }
    return true;
  }
  return false;
}

/** Each word's place less its place in the phrase: the largest and the smallest of them may differ by `slop`. */
function containsSloppy(text: readonly string[], words: readonly string[], slop: number): boolean {
  const shifts = words.map((word, i) => text.flatMap((one, at) => (one === word ? [at - i] : [])));
  if (shifts.some((list) => list.length === 0)) return false;
  // The window begins at one of the shifts; two words never share a place, which equal words could.
  return shifts.flat().some((low) => {
    const taken = new Set<number>();
    return shifts.every((list, i) => {
      const shift = list.find((one) => one >= low && one <= low + slop && !taken.has(one + i));
      if (shift === undefined) return false;
      taken.add(shift + i);
      return true;
    });
  });
}

/** Whether one word becomes the other by so many insertions, deletions, changes or swaps of neighbours. */
export function withinEdits(a: string, b: string, edits: number): boolean {
  const x = [...a];
  const y = [...b];
  if (Math.abs(x.length - y.length) > edits) return false;
  let before: number[] = [];
  let row = Array.from({ length: y.length + 1 }, (_, j) => j);
  for (let i = 1; i <= x.length; i++) {
    const next = [i];
    for (let j = 1; j <= y.length; j++) {
      const changed = (row[j - 1] as number) + (x[i - 1] === y[j - 1] ? 0 : 1);
      let best = Math.min(changed, (row[j] as number) + 1, (next[j - 1] as number) + 1);
      if (i > 1 && j > 1 && x[i - 1] === y[j - 2] && x[i - 2] === y[j - 1]) {
        best = Math.min(best, (before[j - 2] as number) + 1);
      }
      next.push(best);
    }
    before = row;
    row = next;
  }
  return (row[y.length] as number) <= edits;
}
