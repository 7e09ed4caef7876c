/** Heights of rows: measured where a row was drawn, else the usual height of rows of the same guess. Pixels. */
export class RowHeights {
  readonly #measured = new Map<string, number>();
  readonly #usual = new Map<number, number>();

  /** `guess` both names the kind of row and is its height as long as nothing was measured. */
  of(key: string, guess: number): number {
    return this.#measured.get(key) ?? this.#usual.get(guess) ?? guess;
  }

  /** True when the height is another one than was expected. The first row of a kind says what is usual: an opened one is drawn closed before. */
  set(key: string, guess: number, height: number): boolean {
    const expected = this.of(key, guess);
    if (!this.#usual.has(guess)) this.#usual.set(guess, height);
    const news = Math.abs(expected - height) >= 0.5;
    if (news || !this.#measured.has(key)) this.#measured.set(key, height);
    return news;
  }
}
