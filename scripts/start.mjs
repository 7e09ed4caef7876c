// npm start: brings dependencies and build up to date, then becomes the server. Arguments go to `petrel server`:
// npm start -- --listen 127.0.0.1:7070 --config petrel.yml

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, stopBundler } from './build.mjs';
import { root, setup } from './setup.mjs';

setup();
try {
  await build();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
await stopBundler();

// The same process goes on as the server: signals reach it without a relay, and no second Node has to start.
process.setSourceMapsEnabled(true);
const program = join(root, 'apps/server/dist/petrel.js');
process.argv = [process.execPath, program, 'server', ...process.argv.slice(2)];
await import(pathToFileURL(program).href);
