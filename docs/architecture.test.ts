import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const pageFile = join(root, 'docs/ARCHITECTURE.md');
let page = readFileSync(pageFile, 'utf8');

interface SourceFile {
  /** From the root, with slashes. */
  readonly path: string;
  readonly owner: string;
  readonly isTest: boolean;
  /** Files of ours that it imports, types included. */
  readonly imports: readonly { readonly path: string; readonly specifier: string; readonly typeOnly: boolean }[];
}

/** Rows of the Markdown table that follows `<!-- name -->`, cells trimmed, without the head. */
function tableAfter(name: string): string[][] {
  const text = page.slice(page.indexOf(`<!-- ${name} -->`));
  const lines = text.split('\n').slice(1);
  const start = lines.findIndex((line) => line.startsWith('|'));
  const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'));
  return lines.slice(start + 2, end < 0 ? undefined : end).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function filesBelow(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.')) return [];
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function ownerOf(path: string): string {
  const [first, second] = path.split('/');
  return first === 'packages' || first === 'apps' ? (second as string) : (first as string);
}

/** Comments go first, so that an example in a docstring is no import. Type-only statements vanish when the code runs. */
function specifiersOf(text: string): { specifier: string; typeOnly: boolean }[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const statements = /(?:^|[;\n])\s*(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s*)?['"]([^'"]+)['"]/g;
  const calls = /\bimport\(\s*()['"]([^'"]+)['"]\s*\)/g;
  return [...code.matchAll(statements), ...code.matchAll(calls)].map((match) => ({
    specifier: match[2] as string,
    typeOnly: (match[1] ?? '') !== '',
  }));
}

function targetOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return relative(root, resolve(root, dirname(from), specifier.replace(/\?.*$/, '')));
  const ours = /^@petrel\/([^/]+)(?:\/(.+))?$/.exec(specifier);
  if (ours === null) return undefined;
  const name = ours[1] as string;
  const inside = ours[2] ?? 'index.ts';
  const home = existsSync(join(root, 'packages', name)) ? `packages/${name}` : `apps/${name}`;
  // An entry of the package's exports without an ending, such as @petrel/query/promql.
  return `${home}/${/\.\w+$/.test(inside) ? inside : `${inside}/index.ts`}`;
}

const paths = ['packages', 'apps', 'bench']
  .flatMap(filesBelow)
  .filter((path) => /\.(ts|tsx)$/.test(path) && !path.endsWith('.d.ts'));
const files: readonly SourceFile[] = paths.map((path) => ({
  path,
  owner: ownerOf(path),
  isTest: /\.(test|bench|test-support)\.tsx?$/.test(path),
  imports: specifiersOf(readFileSync(join(root, path), 'utf8')).flatMap(({ specifier, typeOnly }) => {
    const target = targetOf(path, specifier);
    return target === undefined ? [] : [{ path: target, specifier, typeOnly }];
  }),
}));

// A rule of the table, against one import: `query/*/parse` asks where the target lies, `store from */source.ts` also who imports.
function allows(rule: string, owner: string, importer: string, target: string): boolean {
  const guarded = /^(\S+) from `(.+)`$/.exec(rule);
  if (guarded !== null)
    return target.startsWith(`packages/${guarded[1]}/`) && glob(guarded[2] as string).test(importer);
  if (rule.startsWith('`')) return glob(`packages/${rule.slice(1, -1)}`).test(target);
  return ownerOf(target) === rule && owner !== rule;
}

function glob(pattern: string): RegExp {
  const source = pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]+');
  return new RegExp(`(^|/)${source}($|/|\\.)`);
}

describe('imports', () => {
  const rules = new Map(tableAfter('imports').map(([owner = '', may = '']) => [owner, may.split(', ')]));

  it('are only those of the table', () => {
    const wrong = files.flatMap((file) =>
      file.imports
        .filter(({ path: target }) => {
          const other = ownerOf(target);
          if (other === file.owner) return false;
          // A test may stand a whole server up around what it tests.
          if (other === 'testkit') return !file.isTest && file.owner !== 'bench';
          return !(rules.get(file.owner) ?? []).some((rule) => allows(rule, file.owner, file.path, target));
        })
        .map(({ specifier }) => `${file.path} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it('lead to files that exist', () => {
    const lost = files.flatMap(({ path, imports }) =>
      imports.filter((one) => !existsSync(join(root, one.path))).map((one) => `${path} imports ${one.specifier}`),
    );
    expect(lost).toEqual([]);
  });

  it('make no circles', () => {
    const graph = files.map(
      (file) => [file.path, file.imports.filter((one) => !one.typeOnly).map((one) => one.path)] as const,
    );
    expect(circles(new Map(graph))).toEqual([]);
  });

  it('are seen by this test', () => {
    const text = `import type { A } from './a.ts';\n// import './no.ts'\n/** import { x } from './no.ts' */\nexport {\n  b,\n} from "./b.ts";\nimport './c.ts';\nconst d = await import('./d.ts');`;
    expect(specifiersOf(text).filter((one) => one.typeOnly)).toHaveLength(1);
    expect(specifiersOf(text).map((one) => one.specifier)).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts']);
    expect(
      circles(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ),
    ).toEqual(['b → c → b']);
    expect(
      allows('store from `*/source.ts`', 'query', 'packages/query/promql/source.ts', 'packages/store/index.ts'),
    ).toBe(true);
    expect(
      allows('store from `*/source.ts`', 'query', 'packages/query/promql/port.ts', 'packages/store/index.ts'),
    ).toBe(false);
    expect(allows('`query/*/parse`', 'web', 'apps/web/a.ts', 'packages/query/promql/parse/index.ts')).toBe(true);
    expect(allows('`query/*/parse`', 'web', 'apps/web/a.ts', 'packages/query/promql/exec/index.ts')).toBe(false);
    expect(allows('`api/contract`', 'web', 'apps/web/a.ts', 'packages/api/contract.ts')).toBe(true);
  });
});

/** Each circle once, as `a → b → a`. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (node: string) => {
    const start = trail.indexOf(node);
    if (start >= 0) {
      found.push([...trail.slice(start), node].join(' → '));
      return;
    }
    if (done.has(node)) return;
    trail.push(node);
    for (const next of graph.get(node) ?? []) visit(next);
    trail.pop();
    done.add(node);
  };
  for (const node of graph.keys()) visit(node);
  return found;
}

describe('folders', () => {
  if (process.env.PETREL_UPDATE_DOCS === '1') updateFolders();

  it('are named in ARCHITECTURE.md, exactly those that exist, each with what stands there', () => {
    const rows = tableAfter('folders').map(([folder = '', meaning = '']) => [folder.replaceAll('`', ''), meaning]);
    expect(rows.map(([folder]) => folder)).toEqual(existing());
    expect(rows.filter(([, meaning]) => meaning === '')).toEqual([]);
  });
});

/** Adds a row for each new folder, its meaning left to be written, and drops those of folders that are gone. */
function updateFolders(): void {
  const meanings = new Map(
    tableAfter('folders').map(([folder = '', meaning = '']) => [folder.replaceAll('`', ''), meaning]),
  );
  const rows = existing().map((folder) => `| \`${folder}\` | ${meanings.get(folder) ?? ''} |`);
  const head = page.slice(0, page.indexOf('<!-- folders -->'));
  page = `${head}<!-- folders -->\n\n| folder | what stands there |\n|---|---|\n${rows.join('\n')}\n`;
  writeFileSync(pageFile, page);
}

/** Folders with code: packages and apps, one level inside, and for `query`, where that level is the language, one more. */
function existing(): string[] {
  const folders = new Set<string>();
  for (const { path } of files) {
    const parts = path.split('/').slice(0, -1);
    if (parts[0] !== 'packages' && parts[0] !== 'apps') continue;
    const deepest = parts[1] === 'query' ? 4 : 3;
    for (let depth = 2; depth <= Math.min(deepest, parts.length); depth++) folders.add(parts.slice(0, depth).join('/'));
  }
  return [...folders].sort();
}
