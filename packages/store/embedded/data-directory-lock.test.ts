import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataDirectory } from './data-directory-lock.ts';
import { identifyProcess, isRunning } from './process-identity.ts';

let folder: string;
let lock: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'petrel-lock-'));
  lock = join(folder, 'petrel.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('one holder at a time; the lock goes with its holder', () => {
  const unlock = lockDataDirectory(folder);
  expect(() => lockDataDirectory(folder)).toThrow(expect.objectContaining({ code: 'DATA_DIR_LOCKED' }));
  expect(() => lockDataDirectory(folder)).toThrow(new RegExp(`process ${process.pid} .*petrel\\.lock`));
  unlock();
  expect(readdirSync(folder)).toEqual([]);
  lockDataDirectory(folder)();
});

test.each(['', 'garbage', '{"pid":"x"}'])('a lock that says nothing (%j) is taken over', (content) => {
  writeFileSync(lock, content);
  lockDataDirectory(folder)();
});

test('the lock of a dead process, and of a pid that another process has now, are taken over', () => {
  const dead = spawnSync(process.execPath, ['-e', 'process.stdout.write(String(process.pid))']).stdout.toString();
  for (const holder of [
    { pid: Number(dead), startedAt: 'earlier', host: hostname() },
    { ...identifyProcess(process.pid), startedAt: 'earlier', host: hostname() },
  ]) {
    writeFileSync(lock, JSON.stringify(holder));
    const unlock = lockDataDirectory(folder);
    expect(JSON.parse(readFileSync(lock, 'utf8')).pid).toBe(process.pid);
    unlock();
  }
});

test('the lock of another host counts while it is touched', () => {
  writeFileSync(lock, JSON.stringify({ pid: 1, startedAt: 'x', host: 'elsewhere' }));
  expect(() => lockDataDirectory(folder)).toThrow(/in use by process 1/);
  const old = new Date(Date.now() - 60_000);
  utimesSync(lock, old, old);
  lockDataDirectory(folder)();
});

test('a process is known by pid and start', () => {
  const own = identifyProcess(process.pid);
  expect(own && isRunning(own)).toBe(true);
  expect(isRunning({ pid: process.pid, startedAt: 'never' })).toBe(false);
  expect(identifyProcess(2 ** 22 + 1)).toBeUndefined();
});
