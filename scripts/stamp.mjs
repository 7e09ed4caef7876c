// Says whether a build target is up to date. A stamp remembers the inputs of the last build with size, time and content hash; a
// target is fresh when its outputs exist and every input is as it was. Times are asked first, content only where a time moved
// (a checkout moves times and changes nothing).
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** True when `outputs` exist and the inputs recorded in `stampFile` are unchanged. `key` stands for the build's options. */
export function isFresh(stampFile, { root, outputs, key }) {
  if (!outputs.every((file) => existsSync(file))) return false;
  const stamp = readStamp(stampFile);
  if (stamp === undefined || stamp.key !== key) return false;
  let moved = false;
  for (const input of stamp.inputs) {
    const stat = statSync(join(root, input.path), { throwIfNoEntry: false });
    if (stat === undefined) return false;
    if (stat.mtimeMs === input.mtimeMs && stat.size === input.size) continue;
    if (stat.size !== input.size || hashOf(join(root, input.path)) !== input.hash) return false;
    input.mtimeMs = stat.mtimeMs;
    moved = true;
  }
  if (moved) writeFileSync(stampFile, JSON.stringify(stamp));
  return true;
}

/** Records the inputs (absolute paths) of a build that has just succeeded and began at `startedMs` (epoch). */
export function writeStamp(stampFile, { root, key, inputs, startedMs }) {
  const rows = inputs.map((path) => {
    const stat = statSync(path);
    // Changed while the build ran: nobody knows which content went in, so the next build takes it again.
    if (stat.mtimeMs >= startedMs) return { path: relative(root, path), size: -1, mtimeMs: -1, hash: '' };
    return { path: relative(root, path), size: stat.size, mtimeMs: stat.mtimeMs, hash: hashOf(path) };
  });
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, JSON.stringify({ key, inputs: rows }));
}

/** Every file below `folder` but those in node_modules and dist, sorted. */
export function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  const files = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...filesBelow(path));
    else if (entry.isFile()) files.push(path);
  }
  return files.sort();
}

function readStamp(stampFile) {
  if (!existsSync(stampFile)) return undefined;
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return undefined; // A torn stamp means: build again.
  }
}

function hashOf(path) {
  return createHash('sha1').update(readFileSync(path)).digest('hex');
}
