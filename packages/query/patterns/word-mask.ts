/** Stands in masks for text that varies; no line that came in as UTF-8 text means anything by it. */
export const WILDCARD = '\u0000';

const UUID = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;
/** Ids, hashes, addresses of memory: long enough that no word is taken for one. */
const HEX = /^(?:0[xX][0-9a-fA-F]+|[0-9a-fA-F]{8,})$/;
const DIGIT = /\d/;
/** A number with its unit, sign and fractions; dates, times, versions and addresses written with points and dashes. */
const NUMBER = /^[+-]?\d[\d._+-]*[a-zA-Zµ]{0,3}$/;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}$/;
/** So many digits in a row are no part of a name such as `sha1` or `ipv4`. */
const LONG_NUMBER = /\d{3}/;

/**
 * A word with its varying part as WILDCARD: `blk_4711` is `blk_*`, numbers and ids are `*`, words are themselves. At most one wildcard; what it stands for is never empty, and the text behind it does
 * not occur in it.
 */
export function maskWord(word: string): string {
  if (!DIGIT.test(word)) return word;
  if (NUMBER.test(word) || UUID.test(word) || HEX.test(word) || ISO_TIME.test(word)) return WILDCARD;
  const from = word.search(DIGIT);
  const prefix = word.slice(0, from);
  const isApart = prefix === '' || /[._+-]$/.test(prefix);
  if (!isApart && !LONG_NUMBER.test(word)) return word;
  let last = word.length - 1;
  while (!DIGIT.test(word.charAt(last))) last--;
  const suffix = /^[._-]/.test(word.slice(last + 1)) ? word.slice(last + 1) : '';
  // The sign of a number belongs to it: `blk_-1` and `blk_1` are alike.
  const start = /[^-]-$/.test(prefix) && /[_.]-$/.test(prefix) ? from - 1 : from;
  const value = word.slice(start, word.length - suffix.length);
  const kept = suffix !== '' && value.includes(suffix) ? '' : suffix;
  return word.slice(0, start) + WILDCARD + kept;
}
