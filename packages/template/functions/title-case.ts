/** Words by Unicode's rules: letters, digits and underscores, held together by apostrophes, points and colons between. */
const WORDS = /[\p{L}\p{N}\p{M}_]+(?:['.:\u2019\u00b7\u2018\u2024\ufe52\uff07\uff0e][\p{L}\p{N}\p{M}_]+)*/gu;

const CASED = /[\p{Lu}\p{Ll}\p{Lt}]/u;

/** Letters that are two in one: only the first of the two is large in a title. */
const DIGRAPHS: Readonly<Record<string, string>> = { ǆ: 'ǅ', Ǆ: 'ǅ', ǉ: 'ǈ', Ǉ: 'ǈ', ǌ: 'ǋ', Ǌ: 'ǋ', ǳ: 'ǲ', Ǳ: 'ǲ' };

function titleLetter(letter: string): string {
  const [first, ...rest] = DIGRAPHS[letter] ?? letter.toUpperCase();
  return `${first}${rest.join('').toLowerCase()}`;
}

/** Each word with its first letter in title case; the others in lower case or, with `keepCase`, as they were. */
export function titleCase(text: string, options: { readonly keepCase: boolean }): string {
  return text.replace(WORDS, (word) => {
    const at = word.search(CASED);
    if (at < 0) return word;
    const first = String.fromCodePoint(word.codePointAt(at) as number);
    const rest = word.slice(at + first.length);
    return word.slice(0, at) + titleLetter(first) + (options.keepCase ? rest : lowerRest(word, rest));
  });
}

/** The end of a word in lower case, its last sigma by its place in the word. */
function lowerRest(word: string, rest: string): string {
  const lower = word.toLowerCase();
  return lower.length === word.length ? lower.slice(lower.length - rest.length) : rest.toLowerCase();
}
