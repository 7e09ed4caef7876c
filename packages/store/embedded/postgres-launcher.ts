import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { choosePostgresUser, closedFolders, findSetpriv, openFolder, type UnixUser } from './postgres-user.ts';

/** Starts PostgreSQL's programs as a user that PostgreSQL accepts. */
export interface PostgresLauncher {
  /** Undefined: the user of this process. */
  readonly user: UnixUser | undefined;
  launch(program: string, args: readonly string[], options: SpawnOptions): ChildProcess;
}

/**
 * As root, another user is chosen (see `choosePostgresUser`). Where the way to the data or to the programs leads through a folder that
 * this user may not enter (/root), `setpriv` leaves it the one right to pass; `dataDir` itself is opened for passing.
 * @throws Error that names the closed folders when there is no setpriv
 */
export function createPostgresLauncher(options: {
  readonly dataDir: string;
  readonly baseDirectory: string;
  readonly binaries: PostgresBinaries;
}): PostgresLauncher {
  const user = choosePostgresUser(options.baseDirectory);
  if (user === undefined) return { user, launch: (program, args, spawnOptions) => spawn(program, args, spawnOptions) };
  if (closedFolders(options.dataDir, user).includes(options.dataDir)) openFolder(options.dataDir);
  const closed = [
    ...new Set([...closedFolders(options.dataDir, user), ...closedFolders(dirname(options.binaries.postgres), user)]),
  ];
  if (closed.length === 0) {
    return { user, launch: (program, args, spawnOptions) => spawn(program, args, { ...spawnOptions, ...user }) };
  }
  const setpriv = findSetpriv();
  if (setpriv === undefined) {
    throw new Error(
      `PostgreSQL does not run as root, and user ${user.uid} may not enter ${closed.join(', ')}. Run Petrel as an ordinary user, use a data directory elsewhere, or allow passing: chmod o+x ${closed.join(' ')}`,
    );
  }
  const capability = ['--inh-caps=-all,+dac_override', '--ambient-caps=-all,+dac_override'];
  const prefix = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', ...capability, '--'];
  return { user, launch: (program, args, spawnOptions) => spawn(setpriv, [...prefix, program, ...args], spawnOptions) };
}
