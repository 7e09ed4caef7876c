import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where Node finds the ClickHouse child's program: the bundle beside ours, or else one made of the source on the spot (tests). */
export async function resolveClickHouseEntry(): Promise<string> {
  const here = dirname(fileURLToPath(import.meta.url));
  const bundled = join(here, 'clickhouse-server.js');
  if (existsSync(bundled)) return bundled;
  const source = join(here, 'clickhouse-server', 'main.ts');
  if (!existsSync(source))
    throw new Error(`The ClickHouse server's program is neither at ${bundled} nor at ${source}.`);
  return bundleSource(source);
}

/** chdb's loader: a path, because a bundle in a temporary folder could not resolve the package. */
export function resolveChdbLoader(): string {
  const manifest = createRequire(import.meta.url).resolve('chdb/package.json');
  return join(dirname(realpathSync(manifest)), 'dist', 'loader.js');
}

let bundling: Promise<string> | undefined;

function bundleSource(source: string): Promise<string> {
  bundling ??= (async () => {
    // By name in a variable: the server's own bundle must not hold the bundler.
    const bundler = 'esbuild';
    const { build } = (await import(bundler)) as typeof import('esbuild');
    const options = { bundle: true, platform: 'node', format: 'esm', target: 'node20.19', logLevel: 'error' } as const;
    const { outputFiles } = await build({ ...options, entryPoints: [source], write: false });
    const contents = outputFiles[0]?.contents ?? new Uint8Array();
    const digest = createHash('sha256').update(contents).digest('hex').slice(0, 16);
    const directory = join(tmpdir(), `petrel-bundles-${userInfo().uid}`);
    const path = join(directory, `clickhouse-server-${digest}.mjs`);
    if (existsSync(path) && statSync(path).size === contents.length) return path;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, contents);
    renameSync(draft, path);
    return path;
  })();
  return bundling;
}
