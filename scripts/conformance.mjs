// npm run conformance -- SUITE PATH…: runs conformance files against the code as it stands. Bundles the runner first, because Node 20 does
// not run TypeScript; the suites themselves are in packages/testkit/conformance.ts.
import { spawnSync } from 'node:child_process';
import { bundle, stopBundler } from './build.mjs';
import { setup } from './setup.mjs';

setup();
const program = await bundle({
  entry: 'packages/testkit/conformance.ts',
  outfile: 'packages/testkit/dist/conformance.js',
});
await stopBundler();
const args = ['--enable-source-maps', program, ...process.argv.slice(2)];
process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
