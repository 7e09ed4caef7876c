import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeDirectory } from './data-directory.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'petrel-data-'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

describe('the data directory', () => {
  it('is created, locked and unlocked', () => {
    const path = join(folder, 'a', 'b');
    const unlock = takeDirectory(path);
    expect(existsSync(path)).toBe(true);
    unlock();
    takeDirectory(path)();
  });

  it('tells why it cannot be used, and what to do', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const advice = 'Choose another with --data DIR.';
    const refused = (path: string, reason: string) =>
      expect(() => takeDirectory(path)).toThrow(
        expect.objectContaining({
          code: 'CONFIG_INVALID',
          message: `${path} cannot be the data directory: ${reason}. ${advice}`,
        }),
      );
    refused(file, 'it is a file');
    refused(join(file, 'below'), 'a part of its path is a file');
    // Root may write anywhere.
    if (process.getuid?.() === 0) return;
    chmodSync(folder, 0o500);
    refused(join(folder, 'new'), 'this user may not write there');
    refused(folder, 'this user may not write there');
  });
});
