import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Clock ticks of /proc a second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The process and all its descendants, as /proc knows them now. */
export function processTree(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = readStat(Number(entry))?.parent;
    if (parent === undefined) continue;
    const list = children.get(parent);
    if (list === undefined) children.set(parent, [Number(entry)]);
    else list.push(Number(entry));
  }
  const tree: number[] = [];
  for (const queue = [root]; queue.length > 0; ) {
    const pid = queue.pop() as number;
    tree.push(pid);
    queue.push(...(children.get(pid) ?? []));
  }
  return tree;
}

/** User and system time of the tree, in seconds; what exited children used is counted with their parents. */
export function cpuSeconds(root: number): number {
  let ticks = 0;
  for (const pid of processTree(root)) ticks += readStat(pid)?.ticks ?? 0;
  return ticks / TICKS_PER_SECOND;
}

/** Proportional set size of the tree in bytes: pages that several processes share are counted once in all. */
export function memoryBytes(root: number): number {
  let kilobytes = 0;
  for (const pid of processTree(root)) {
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // The process ended meanwhile.
    }
  }
  return kilobytes * 1024;
}

/** The lengths of all files below a folder. Not their blocks: on a data set this small, rounding up would weigh more than the data. */
export function diskBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    try {
      if (entry.isDirectory()) bytes += diskBytes(path);
      else if (entry.isFile()) bytes += statSync(path).size;
    } catch {
      // A merge removed it meanwhile.
    }
  }
  return bytes;
}

/** Files that merges replaced stay for a minute, and then until the next clean-up, which is up to 40 s later. */
const STEADY_MS = 130_000;

/** Waits until the folder has kept its size for so long that files that merges replaced are gone, or the limit. */
export async function settleDisk(folder: string, limitMs: number): Promise<number> {
  const endMs = Date.now() + limitMs;
  let size = diskBytes(folder);
  for (let sinceMs = Date.now(); Date.now() < endMs && Date.now() - sinceMs < STEADY_MS; ) {
    await sleep(2000);
    const now = diskBytes(folder);
    if (now !== size) sinceMs = Date.now();
    size = now;
  }
  return size;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until the tree has used less than 5 % of a core for two seconds (merges and compactions are over), or the limit. */
export async function settle(root: number, limitMs: number): Promise<void> {
  const endMs = Date.now() + limitMs;
  let quiet = 0;
  for (let last = cpuSeconds(root); Date.now() < endMs && quiet < 4; ) {
    await sleep(500);
    const now = cpuSeconds(root);
    quiet = now - last < 0.025 ? quiet + 1 : 0;
    last = now;
  }
}

function readStat(pid: number): { parent: number; ticks: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command in parentheses may hold blanks: fields are counted after its end. utime, stime, cutime, cstime follow.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, i) => sum + Number(fields[i]), 0);
    return { parent: Number(fields[1]), ticks };
  } catch {
    return undefined;
  }
}
