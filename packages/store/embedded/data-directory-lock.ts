import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { PetrelError } from '@petrel/model';
import { identifyProcess, isRunning, parseIdentity } from './process-identity.ts';

const LOCK_FILE = 'petrel.lock';
// The holder touches its lock; from another host (a shared volume) only this tells whether it lives.
const TOUCH_MS = 5_000;
const FOREIGN_STALE_MS = 20_000;

/**
 * Takes the data directory for this process; the returned function gives it back. A lock whose process is gone, or whose pid now
 * belongs to another process, is taken over.
 * @throws PetrelError DATA_DIR_LOCKED with pid and path of the holder
 */
export function lockDataDirectory(directory: string): () => void {
  const path = join(directory, LOCK_FILE);
  const own = identifyProcess(process.pid) ?? { pid: process.pid, startedAt: '' };
  const content = JSON.stringify({ ...own, host: hostname() });
  const candidate = `${path}.${process.pid}`;
  writeFileSync(candidate, content, { mode: 0o600 });
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        // Linking is atomic: of two processes one gets EEXIST.
        linkSync(candidate, path);
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === 5) throw error;
      }
      removeStale(path, directory);
    }
  } finally {
    rmSync(candidate, { force: true });
  }
  const touch = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // A full or lost disk shows itself elsewhere.
    }
  }, TOUCH_MS).unref();
  return () => {
    clearInterval(touch);
    if (readIfThere(path) === content) rmSync(path, { force: true });
  };
}

function removeStale(path: string, directory: string): void {
  const held = readIfThere(path);
  if (held === undefined) return;
  const holder = parseIdentity(held);
  if (holder !== undefined && holderLives(path, held)) {
    throw new PetrelError(
      'DATA_DIR_LOCKED',
      `The data directory ${directory} is in use by process ${holder.pid} (${path}). Stop that server, or give this one another directory with --data.`,
    );
  }
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  // Another process may have taken the stale lock over in between; then this is its lock, and it goes back.
  if (readIfThere(aside) !== held) {
    try {
      linkSync(aside, path);
    } catch {
      // A third one was faster; the next look at the lock decides.
    }
  }
  rmSync(aside, { force: true });
}

function holderLives(path: string, held: string): boolean {
  const holder = parseIdentity(held);
  if (holder === undefined) return false;
  const host = (JSON.parse(held) as { host?: string }).host;
  if (host === undefined || host === hostname()) return isRunning(holder);
  try {
    return Date.now() - statSync(path).mtimeMs < FOREIGN_STALE_MS;
  } catch {
    return false;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
