// Makes sure that the dependencies stand: installs when node_modules is missing or older than package-lock.json, and costs
// nothing otherwise. Imported by the other scripts; can be run on its own.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lockFile = join(root, 'package-lock.json');
const installedMarker = join(root, 'node_modules', '.package-lock.json');

/** Exits the process with a message when Node is too old or the installation fails. */
export function setup() {
  checkNodeVersion();
  if (isInstalled()) return;
  console.log('setup: installing dependencies (npm install)');
  // It keeps to the lock file; `npm ci` would refuse one that leaves out optional packages of platforms that we do not run on.
  if (!npm('install')) {
    console.error('setup: npm could not install the dependencies; its message stands above.');
    process.exit(1);
  }
  // npm writes its marker before the last touch of package-lock.json in some versions: the next start must not install again.
  const now = new Date();
  if (existsSync(installedMarker)) utimesSync(installedMarker, now, now);
}

function isInstalled() {
  if (!existsSync(installedMarker)) return false;
  if (!existsSync(lockFile)) return true;
  return statSync(lockFile).mtimeMs <= statSync(installedMarker).mtimeMs;
}

function npm(command) {
  const { status } = spawnSync('npm', [command, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  return status === 0;
}

function checkNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`setup: Petrel needs Node 20.19 or newer, this is ${process.versions.node}.`);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setup();
