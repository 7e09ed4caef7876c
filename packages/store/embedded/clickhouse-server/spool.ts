import { closeSync, mkdirSync, openSync, rmSync, statfsSync, unlinkSync, writevSync } from 'node:fs';
import { join } from 'node:path';
import { ClickHouseError } from './clickhouse-error.ts';

const MEMORY_FILE_SYSTEM = '/dev/shm';

/**
 * Rows of an INSERT pass to the engine as a file, in memory (/dev/shm) where there is room and in the data directory otherwise:
 * the library takes inline data only as text and ends it at an empty line.
 */
export class Spool {
  #sequence = 0;
  readonly #fast: string | undefined;
  readonly #slow: string;

  /** `name` is unique for the data directory; leftovers of an earlier process are removed. */
  constructor(options: { readonly name: string; readonly dataDirectory: string }) {
    this.#slow = join(options.dataDirectory, 'spool');
    recreate(this.#slow);
    const fast = join(MEMORY_FILE_SYSTEM, options.name);
    try {
      recreate(fast);
      this.#fast = fast;
    } catch {
      this.#fast = undefined;
    }
  }

  /** Writes the chunks to one file. @throws ClickHouseError 243 when there is no room anywhere */
  write(chunks: readonly Uint8Array[]): { readonly path: string; remove(): void } {
    const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const name = `${++this.#sequence}.rows`;
    if (this.#fast !== undefined && hasRoom(this.#fast, sizeBytes)) {
      const path = join(this.#fast, name);
      if (tryWrite(path, chunks)) return spooled(path);
    }
    const path = join(this.#slow, name);
    if (tryWrite(path, chunks)) return spooled(path);
    throw new ClickHouseError(243, 'NOT_ENOUGH_SPACE', `No space left on device for ${sizeBytes} bytes of rows.`);
  }

  close(): void {
    rmSync(this.#slow, { recursive: true, force: true });
    if (this.#fast !== undefined) rmSync(this.#fast, { recursive: true, force: true });
  }
}

function recreate(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
}

function spooled(path: string): { readonly path: string; remove(): void } {
  return { path, remove: () => unlinkSync(path) };
}

/** Half of what is free stays free: containers often have 64 MB here. */
function hasRoom(directory: string, sizeBytes: number): boolean {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize > sizeBytes * 2;
  } catch {
    return false;
  }
}

/** False when the disk is full; other failures are thrown. */
function tryWrite(path: string, chunks: readonly Uint8Array[]): boolean {
  const file = openSync(path, 'wx', 0o600);
  try {
    for (let at = 0; at < chunks.length; ) {
      // At most IOV_MAX buffers at once; a short write goes on behind what was taken.
      const batch = chunks.slice(at, at + 512).filter((chunk) => chunk.length > 0);
      at += 512;
      while (batch.length > 0) {
        let written = writevSync(file, batch);
        while (batch[0] !== undefined && written >= batch[0].length) written -= (batch.shift() as Uint8Array).length;
        if (batch[0] !== undefined && written > 0) batch[0] = batch[0].subarray(written);
      }
    }
    return true;
  } catch (error) {
    unlinkSync(path);
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  } finally {
    closeSync(file);
  }
}
