import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { endProcess, identifyProcess, parseIdentity } from './process-identity.ts';

/** Notes who runs on a part of the data directory, so that the next server finds it when this one was killed. */
export function rememberChild(file: string, pid: number): void {
  const identity = identifyProcess(pid);
  if (identity !== undefined) writeFileSync(file, JSON.stringify(identity), { mode: 0o600 });
}

/**
 * Ends the process that the file names, where it still is that process. Call it under the lock of the data directory.
 * @throws Error when it does not go
 */
export async function endOrphan(file: string, signals: readonly NodeJS.Signals[], eachMs = 5_000): Promise<void> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return;
  }
  const identity = parseIdentity(text);
  if (identity !== undefined && !(await endProcess(identity, signals, eachMs))) {
    throw new Error(
      `Process ${identity.pid} of an earlier server still runs on this data directory and does not end (${file}).`,
    );
  }
  rmSync(file, { force: true });
}
