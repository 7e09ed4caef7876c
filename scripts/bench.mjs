// npm run bench: builds the server and runs bench/main.ts with the arguments that follow `--`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, bundle } from './build.mjs';
import { root, setup } from './setup.mjs';

setup();
if (!existsSync(join(root, 'bench/main.ts'))) {
  console.error('bench: there is no bench/main.ts');
  process.exit(1);
}
await build();
const program = await bundle({ entry: 'bench/main.ts', outfile: 'bench/dist/main.js' });
const { status, signal } = spawnSync(
  process.execPath,
  ['--enable-source-maps', '--expose-gc', program, ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exit(signal === null ? (status ?? 1) : 1);
