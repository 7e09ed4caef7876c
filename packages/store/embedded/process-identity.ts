import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that cannot be confused with a later one that was given the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: when the process began, as the system words it. */
  readonly startedAt: string;
}

/** Undefined when there is no such process (or it is a zombie). */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      // The name in brackets may hold anything; fields are counted behind it: state is the 3rd, the start time the 22nd.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
      return { pid, startedAt: `${boot}:${fields[19]}` };
    }
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return started === '' ? undefined : { pid, startedAt: started };
  } catch {
    return undefined;
  }
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startedAt === identity.startedAt;
}

/** Sends each signal in turn until the process is gone, waiting `eachMs` after each. False when it is still there. */
export async function endProcess(
  identity: ProcessIdentity,
  signals: readonly NodeJS.Signals[],
  eachMs: number,
): Promise<boolean> {
  for (const signal of signals) {
    if (!isRunning(identity)) return true;
    try {
      process.kill(identity.pid, signal);
      // A process that is stopped takes no signal but this one (and KILL).
      process.kill(identity.pid, 'SIGCONT');
    } catch {
      // It ended in between, or it is not ours to end; the next look tells.
    }
    for (let waitedMs = 0; waitedMs < eachMs; waitedMs += 20) {
      if (!isRunning(identity)) return true;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return !isRunning(identity);
}

export function parseIdentity(text: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('startedAt' in value)) return undefined;
    const { pid, startedAt } = value;
    return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}
