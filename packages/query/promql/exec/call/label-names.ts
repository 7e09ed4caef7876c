/** Any text but the empty one, as long as it is Unicode: lone surrogates stand for bytes that are no UTF-8. */
export function isValidLabelName(name: string): boolean {
  return name !== '' && !/\p{Surrogate}/u.test(name);
}
