import { accessSync, constants, mkdirSync } from 'node:fs';
import { PetrelError } from '@petrel/model';
import { lockDataDirectory } from './data-directory-lock.ts';

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: 'it is a file',
  ENOTDIR: 'a part of its path is a file',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its file system is read-only',
  ENOSPC: 'its disk is full',
};

/**
 * Creates the data directory where it is missing, locks it, and returns what unlocks it.
 * @throws PetrelError DATA_DIR_LOCKED when another server has it, CONFIG_INVALID with advice when it cannot be used
 */
export function takeDirectory(dataDir: string): () => void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return lockDataDirectory(dataDir);
  } catch (error) {
    if (error instanceof PetrelError) throw error;
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new PetrelError(
      'CONFIG_INVALID',
      `${dataDir} cannot be the data directory: ${REASONS[code] ?? message}. Choose another with --data DIR.`,
      { cause: error },
    );
  }
}
