import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The files that a path with `*`, `?` or `[…]` in its last segment stands for, sorted; a path without them stands for itself, if it is there. */
export function expandPattern(pattern: string): readonly string[] {
  const folder = dirname(pattern);
  const name = pattern.slice(folder === '/' ? 1 : folder.length + 1);
  if (!/[*?[]/.test(name)) return existsSync(pattern) ? [pattern] : [];
  const matches = compile(name);
  try {
    return readdirSync(folder)
      .filter((entry) => matches.test(entry))
      .sort()
      .map((entry) => join(folder, entry));
  } catch {
    return []; // No such folder: the pattern stands for nothing yet.
  }
}

function compile(name: string): RegExp {
  let source = '';
  for (let i = 0; i < name.length; i++) {
    const c = name[i] as string;
    const close = c === '[' ? name.indexOf(']', i + 2) : -1;
    if (c === '*') source += '.*';
    else if (c === '?') source += '.';
    else if (close > 0) {
      source += `[${name.slice(i + 1, close).replaceAll('\\', '\\\\')}]`;
      i = close;
    } else source += c.replace(/[\\^$.|+(){}[\]]/, '\\$&');
  }
  return new RegExp(`^${source}$`, 's');
}
