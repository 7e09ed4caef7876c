/** Whether a text can be written as UTF-8: no half of a surrogate pair stands alone in it. */
export function isWellFormed(text: string): boolean {
  return !/\p{Cs}/u.test(text);
}
