import { type FSWatcher, watch } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import type { FileSdConfig } from '../config.ts';
import type { DiscoveredGroup, Discovery, DiscoveryContext } from './group.ts';
import { parseTargetList, withAddress } from './target-list.ts';

// Editors write a file in several steps.
const SETTLE_MS = 100;

/**
 * Reads target lists from files (JSON or YAML), again when their folders report a change and at every refresh. A file that
 * cannot be read or parsed keeps its last targets; one that is gone loses them.
 */
export class FileDiscovery implements Discovery {
  readonly #known = new Map<string, readonly DiscoveredGroup[]>();
  readonly #watchers: FSWatcher[] = [];
  #problems = new Map<string, string>();
  #cancel: (() => void) | undefined;
  #cancelSoon: (() => void) | undefined;
  #stopped = false;
  #onGroups: (groups: readonly DiscoveredGroup[]) => void = () => {};
  #said = '';
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: FileSdConfig,
    private readonly context: DiscoveryContext,
  ) {}

  start(onGroups: (groups: readonly DiscoveredGroup[]) => void): void {
    this.#onGroups = onGroups;
    for (const folder of new Set(this.config.files.map(dirname))) this.#watch(folder);
    this.#refresh();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancelSoon?.();
    for (const watcher of this.#watchers) watcher.close();
  }

  problems(): readonly string[] {
    return [...this.#problems.values()];
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => {
        this.#cancelSoon?.();
        this.#cancelSoon = this.context.timers.after(SETTLE_MS, () => this.#refresh());
      });
      watcher.on('error', (error) => this.context.logger.warn('cannot watch', { folder, error: error.message }));
      this.#watchers.push(watcher);
    } catch (error) {
      // The refresh interval still finds the files once the folder is there.
      this.context.logger.warn('cannot watch', { folder, error: messageOf(error) });
    }
  }

  #refresh(): void {
    this.#cancel?.();
    this.#running = this.#running.then(async () => {
      await this.#readAll();
      if (this.#stopped) return;
      this.#cancel?.();
      this.#cancel = this.context.timers.after(this.config.refreshIntervalMs, () => this.#refresh());
    });
  }

  async #readAll(): Promise<void> {
    const problems = new Map<string, string>();
    const files = new Set<string>();
    for (const pattern of this.config.files) {
      try {
        for (const file of await expandPattern(pattern)) files.add(file);
      } catch (error) {
        problems.set(pattern, `${pattern}: ${messageOf(error)}`);
        this.context.failures.add(1, 'file');
      }
    }
    for (const file of files) {
      try {
        this.#known.set(file, await readGroups(file));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.#known.delete(file);
        problems.set(file, `${file}: ${messageOf(error)}`);
        this.context.failures.add(1, 'file');
        if (this.#problems.get(file) !== problems.get(file)) {
          this.context.logger.error('cannot read the targets of a file', { file, error: messageOf(error) });
        }
      }
    }
    for (const file of this.#known.keys()) if (!files.has(file)) this.#known.delete(file);
    this.#problems = problems;
    const groups = [...this.#known.values()].flat();
    const now = JSON.stringify(groups);
    if (this.#stopped || now === this.#said) return;
    this.#said = now;
    this.#onGroups(groups);
  }
}

async function readGroups(file: string): Promise<readonly DiscoveredGroup[]> {
  const text = await readFile(file, 'utf8');
  const value: unknown = /\.json$/i.test(file) ? JSON.parse(text) : parseYaml(text);
  return parseTargetList(value).map((group, index) => ({
    source: `${file}:${index}`,
    targets: group.targets.map(withAddress),
    labels: { ...group.labels, __meta_filepath: file },
  }));
}

/**
 * The existing files of a path whose last segment may hold `*`, `?` and `[…]`; a path without them stands for itself. Throws for
 * brackets that make no class.
 */
export async function expandPattern(pattern: string): Promise<readonly string[]> {
  const last = basename(pattern);
  if (!/[*?[]/.test(last)) return [pattern];
  const matches = globPattern(last);
  const folder = dirname(pattern);
  try {
    return (await readdir(folder))
      .filter((name) => matches.test(name))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function globPattern(glob: string): RegExp {
  const source = glob.replace(/\[\^?[^\]]+\]|[\s\S]/g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.length > 1) return part;
    if (part === '[') throw new Error('syntax error in pattern');
    return part.replace(/[.+^${}()|\\\]]/, '\\$&');
  });
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    // A class such as [z-a].
    throw new Error('syntax error in pattern');
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
