import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createSymbolicLinks, resolvePostgresBinaries } from './postgres-binaries.ts';
import { readOrCreateSecret } from './secret.ts';

test('links that the install script would make are made, and left alone when they are there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'petrel-links-'));
  try {
    const root = join(folder, 'native');
    mkdirSync(join(root, 'lib'), { recursive: true });
    writeFileSync(join(root, 'lib', 'libx.so.1.2'), 'library');
    const links = [{ source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so.1' }];
    writeFileSync(join(root, 'pg-symlinks.json'), JSON.stringify(links));
    createSymbolicLinks(root);
    createSymbolicLinks(root);
    expect(lstatSync(join(root, 'lib', 'libx.so.1')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(root, 'lib', 'libx.so.1'), 'utf8')).toBe('library');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the installed PostgreSQL is found with its libraries', () => {
  const { root, postgres, initdb } = resolvePostgresBinaries();
  for (const path of [postgres, initdb]) expect(statSync(path).mode & 0o111).not.toBe(0);
  const listed = JSON.parse(readFileSync(join(root, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
  for (const { target } of listed) expect(statSync(join(dirname(root), target)).isFile()).toBe(true);
});

test('a secret is made once, for its owner alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'petrel-secret-'));
  try {
    const path = join(folder, 'password');
    const secret = readOrCreateSecret(path);
    expect(secret).toMatch(/^[0-9a-f]{48}$/);
    expect(readOrCreateSecret(path)).toBe(secret);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
