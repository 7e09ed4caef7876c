import { readFile, stat } from 'node:fs/promises';

/** Reads small files (passwords, tokens, certificates) again only when they changed. Errors are those of the file system. */
export class SecretFiles {
  readonly #cache = new Map<string, { readonly stamp: string; readonly text: string }>();

  async read(path: string): Promise<string> {
    const { mtimeMs, size, ino } = await stat(path);
    const stamp = `${mtimeMs}:${size}:${ino}`;
    const known = this.#cache.get(path);
    if (known?.stamp === stamp) return known.text;
    const text = await readFile(path, 'utf8');
    this.#cache.set(path, { stamp, text });
    return text;
  }

  /** The inline value, else the file without surrounding white space, else undefined. */
  async either(inline: string | undefined, file: string | undefined): Promise<string | undefined> {
    if (inline !== undefined) return inline;
    return file === undefined ? undefined : (await this.read(file)).trim();
  }
}
