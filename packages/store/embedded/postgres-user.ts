import { accessSync, chmodSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Whom PostgreSQL runs as; it refuses to run as root. */
export interface UnixUser {
  readonly uid: number;
  readonly gid: number;
}

const NOBODY: UnixUser = { uid: 65534, gid: 65534 };

/**
 * Undefined: the user of this process. As root it is the owner of the data that is there, or the system's `postgres`, or `nobody`.
 */
export function choosePostgresUser(dataDirectory: string): UnixUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(dataDirectory, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const accounts = new Map(readPasswd().map(({ name, ...user }) => [name, user]));
  return accounts.get('postgres') ?? accounts.get('nobody') ?? NOBODY;
}

/** The folders on the way to `path` that the user may not pass. */
export function closedFolders(path: string, user: UnixUser): string[] {
  const closed: string[] = [];
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      const bit = stat.uid === user.uid ? 0o100 : stat.gid === user.gid ? 0o010 : 0o001;
      if ((stat.mode & bit) === 0) closed.unshift(folder);
    }
    if (dirname(folder) === folder) return closed;
  }
}

/** Lets everybody pass through a folder of ours (not list it). */
export function openFolder(folder: string): void {
  chmodSync(folder, (statSync(folder).mode & 0o7777) | 0o011);
}

/** `setpriv` of util-linux: starts a program as another user that may still pass closed folders. */
export function findSetpriv(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  for (const folder of ['/usr/bin', '/bin', '/usr/sbin']) {
    const path = join(folder, 'setpriv');
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // The next one.
    }
  }
  return undefined;
}

function readPasswd(): { name: string; uid: number; gid: number }[] {
  if (!existsSync('/etc/passwd')) return [];
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4 && Number(fields[2]) > 0)
    .map((fields) => ({ name: fields[0] as string, uid: Number(fields[2]), gid: Number(fields[3]) }));
}
