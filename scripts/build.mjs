// Builds what runs: the server and its child programs as one file each, with chunks beside it for what is loaded later (our packages
// inside, others' packages from node_modules), and the web app as static files. A target that is up to date is skipped.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, setup } from './setup.mjs';
import { filesBelow, isFresh, writeStamp } from './stamp.mjs';

const OLD_CHUNK_MS = 3_600_000;
const dist = join(root, 'apps/server/dist');
/** Loaded when there is something to build. */
let esbuild;

/** Brings every target up to date. Throws when a target does not build. */
export async function build() {
  for (const { entry, outfile } of programs()) await bundle({ entry, outfile });
  await buildWeb();
}

/**
 * Bundles one TypeScript entry into one ES module for Node 20, unless it is up to date. Paths are relative to the repository.
 * Returns the absolute path of the bundle. Relative and `@petrel/*` imports go in, everything else is imported at run time.
 */
export async function bundle({ entry, outfile }) {
  const out = join(root, outfile);
  const stampFile = join(dirname(out), '.stamps', `${basename(out)}.json`);
  const key = 'esbuild node20 esm 4';
  if (isFresh(stampFile, { root, outputs: [out], key })) return out;
  const startedMs = Date.now();
  const name = basename(outfile, '.js');
  esbuild ??= await import('esbuild');
  const result = await esbuild
    .build({
      absWorkingDir: root,
      entryPoints: [{ in: entry, out: name }],
      outdir: dirname(outfile),
      bundle: true,
      // What only one command needs (the web server, gRPC, the databases' clients) lies in files of its own, loaded by that command.
      splitting: true,
      chunkNames: `${name}-[hash]`,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      sourcemap: 'linked',
      metafile: true,
      logLevel: 'error',
      plugins: [externalPackages],
    })
    .catch(() => {
      // esbuild has printed what is wrong, with file and line.
      throw new Error(`build: ${entry} does not build`);
    });
  const inputs = Object.keys(result.metafile.inputs)
    .filter((path) => !path.includes(':'))
    .map((path) => join(root, path));
  removeOldChunks(dirname(out), name, new Set(Object.keys(result.metafile.outputs).map((path) => basename(path))));
  writeStamp(stampFile, { root, key, inputs, startedMs });
  console.log(`build: ${outfile} (${sizeOf(out)}, ${Date.now() - startedMs} ms)`);
  return out;
}

/** Chunks of earlier builds; not the newest, which a program that still runs may be about to load. */
function removeOldChunks(folder, name, current) {
  const bound = Date.now() - OLD_CHUNK_MS;
  for (const file of readdirSync(folder)) {
    const isChunk = file.startsWith(`${name}-`) && /^-[A-Z0-9]{8}\.js(\.map)?$/.test(file.slice(name.length));
    if (isChunk && !current.has(file) && statSync(join(folder, file)).mtimeMs < bound) rmSync(join(folder, file));
  }
}

/** Lets esbuild's helper process go; call it when the process is to live on after a build. */
export async function stopBundler() {
  await esbuild?.stop();
}

/** The server, the embedded ClickHouse server, and whatever these start as a worker thread. */
function programs() {
  const list = [
    { entry: 'apps/server/main.ts', outfile: 'apps/server/dist/petrel.js' },
    { entry: 'packages/store/embedded/clickhouse-server/main.ts', outfile: 'apps/server/dist/clickhouse-server.js' },
  ];
  for (const file of filesBelow(join(root, 'packages'))) {
    // packages/store/embedded/clickhouse-server/worker.ts becomes clickhouse-server-worker.js beside the program that starts it.
    if (basename(file) !== 'worker.ts') continue;
    list.push({ entry: relative(root, file), outfile: `apps/server/dist/${basename(dirname(file))}-worker.js` });
  }
  return list.filter(({ entry }) => existsSync(join(root, entry)));
}

const externalPackages = {
  name: 'external-packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === 'entry-point' || path.startsWith('@petrel/') || path.startsWith('/')) return undefined;
      if (path.startsWith('node:')) return { path, external: true };
      const name = path
        .split('/')
        .slice(0, path.startsWith('@') ? 2 : 1)
        .join('/');
      // From apps/server/dist only the top node_modules is seen; a package that lives elsewhere goes into the bundle.
      return existsSync(join(root, 'node_modules', name)) ? { path, external: true } : undefined;
    });
  },
};

async function buildWeb() {
  const web = join(root, 'apps/web');
  if (!existsSync(join(web, 'vite.config.ts'))) return;
  const outDir = join(dist, 'web');
  const stampFile = join(dist, '.stamps', 'web.json');
  const key = 'vite 1';
  if (isFresh(stampFile, { root, outputs: [join(outDir, 'index.html')], key: webKey(key) })) return;
  const startedMs = Date.now();
  // In a process of its own: the bundler's memory must not stay with the server that is started next.
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'];
  const { status } = spawnSync(process.execPath, args, { cwd: web, stdio: 'inherit' });
  if (status !== 0) throw new Error('build: the web app does not build');
  writeStamp(stampFile, { root, key: webKey(key), inputs: webInputs(), startedMs });
  console.log(`build: ${relative(root, outDir)} (${Date.now() - startedMs} ms)`);
}

/** What the web app may import, by the table of docs/ARCHITECTURE.md, and what that imports. */
function webInputs() {
  const shared = filesBelow(join(root, 'packages')).filter((path) =>
    /^packages\/(model\/|query\/|template\/|api\/contract)/.test(relative(root, path)),
  );
  return [...filesBelow(join(root, 'apps/web')), ...shared].filter((path) => !/\.test\.tsx?$/.test(path));
}

/** A file that was added changes the list of inputs and so the key. */
function webKey(key) {
  return `${key} ${webInputs().length}`;
}

function sizeOf(path) {
  return `${Math.round(statSync(path).size / 1024)} kB`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  setup();
  try {
    await build();
  } catch (error) {
    // esbuild and vite have already printed what is wrong with the code.
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
