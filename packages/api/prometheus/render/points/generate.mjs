// Compiles points.as into points-wasm.ts. Run it after a change: node packages/api/prometheus/render/points/generate.mjs
// The compiler is fetched for this run only: at 100 MB it is no dependency of a server that never compiles.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const COMPILER = 'assemblyscript@0.28.20';
const folder = mkdtempSync(join(tmpdir(), 'petrel-points-'));
try {
  const source = join(import.meta.dirname, 'points.as');
  copyFileSync(source, join(folder, 'points.ts'));
  const options = ['--runtime', 'stub', '--noAssert', '-O3', '--importMemory', '--memoryBase', '16384'];
  execFileSync('npx', ['--yes', '-p', COMPILER, 'asc', 'points.ts', ...options, '-o', 'points.wasm'], {
    cwd: folder,
    stdio: 'inherit',
  });
  const wasm = readFileSync(join(folder, 'points.wasm')).toString('base64');
  const hash = createHash('sha256').update(readFileSync(source)).digest('hex');
  const text = [
    '// Made by generate.mjs from points.as; do not edit.',
    `export const SOURCE_SHA256 = '${hash}';`,
    `export const POINTS_WASM = '${wasm}';`,
    '',
  ];
  writeFileSync(join(import.meta.dirname, 'points-wasm.ts'), text.join('\n'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
