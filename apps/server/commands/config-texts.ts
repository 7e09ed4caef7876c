import { readFileSync } from 'node:fs';
import { expandPattern } from '@petrel/config';

/** A configuration file as it goes to a server. */
export interface ConfigText {
  readonly name: string;
  readonly text: string;
}

/** A file that cannot be read, or a pattern that stands for none. */
export class ConfigTextError extends Error {
  override readonly name = 'ConfigTextError';
}

/** Reads files, in their order; the last segment of a path may be a pattern. Throws ConfigTextError. */
export function readConfigTexts(paths: readonly string[]): readonly ConfigText[] {
  return paths.flatMap((path) => {
    const files = /[*?[]/.test(path) ? expandPattern(path) : [path];
    if (files.length === 0) throw new ConfigTextError(`${path} stands for no file`);
    return files.map(readConfigText);
  });
}

/** Throws ConfigTextError. */
export function readConfigText(path: string): ConfigText {
  try {
    return { name: path, text: readFileSync(path, 'utf8') };
  } catch (error) {
    throw new ConfigTextError(`${path} cannot be read: ${(error as Error).message}`);
  }
}
