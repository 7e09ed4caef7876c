const STORAGE_KEY = 'petrel.author';

/** Who made the last silence in this browser, '' at first. */
export function rememberedAuthor(): string {
  return localStorage.getItem(STORAGE_KEY) ?? '';
}

export function rememberAuthor(author: string): void {
  localStorage.setItem(STORAGE_KEY, author);
}
