import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { ConfigIssue } from './issue.ts';
import { ConfigError } from './issue.ts';
import type { Reading } from './schema/schema.ts';
import type { Position, TreeNode } from './schema/tree.ts';
import { parseTree } from './schema/tree.ts';

/** A file that the configuration names (a certificate, a password, the routing of alerts), and where it does. */
export interface FileReference {
  /** Absolute. */
  readonly target: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
}

/** A file that has been parsed, and the way to report about it. */
export interface Source {
  readonly reading: Reading;
  readonly tree: TreeNode;
}

const START: Position = { line: 1, column: 1 };

/** The reading of a configuration and of the files that it takes in: opens them and gathers what is found. */
export class ConfigReading {
  readonly errors: ConfigIssue[] = [];
  readonly warnings: ConfigIssue[] = [];
  readonly references: FileReference[] = [];

  constructor(
    readonly cwd: string,
    readonly env: Readonly<Record<string, string | undefined>>,
  ) {}

  /** Parses a file (`text` stands in for its content). Undefined, with the reasons in `errors`, when that fails. */
  open(path: string | undefined, text: string | undefined): Source | undefined {
    const full = path === undefined ? undefined : resolve(this.cwd, path);
    const reading = this.#readingOf(path === undefined ? '<text>' : this.#shown(path), full);
    const content = text ?? this.#content(full ?? '', reading);
    if (content === undefined) return undefined;
    const { tree, errors, warnings } = parseTree(content);
    for (const { position, message } of errors) reading.error(position, '', message);
    for (const { position, message } of warnings) reading.warn(position, '', message);
    return tree === undefined ? undefined : { reading, tree };
  }

  failure(): ConfigError {
    const byPlace = (a: ConfigIssue, b: ConfigIssue) => a.line - b.line || a.column - b.column;
    const files = [...new Set(this.errors.map((issue) => issue.file))];
    return new ConfigError(files.flatMap((file) => this.errors.filter((issue) => issue.file === file).sort(byPlace)));
  }

  #readingOf(file: string, full: string | undefined): Reading {
    return {
      file,
      folder: full === undefined ? this.cwd : dirname(full),
      env: this.env,
      error: (at, path, message, allowed) => {
        this.errors.push({ file, ...at, path, message, ...(allowed === undefined ? {} : { allowed }) });
      },
      warn: (at, path, message) => {
        this.warnings.push({ file, ...at, path, message });
      },
      refersTo: (target, at, path) => {
        this.references.push({ target, file, ...at, path });
      },
    };
  }

  #content(full: string, reading: Reading): string | undefined {
    try {
      return readFileSync(full, 'utf8');
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      const reason = code === 'ENOENT' ? 'no such file' : error instanceof Error ? error.message : String(error);
      reading.error(START, '', `cannot be read: ${reason}`);
      return undefined;
    }
  }

  /** As the user wrote it; files that were found through a pattern relative to where the user stands. */
  #shown(path: string): string {
    if (!isAbsolute(path)) return path;
    const near = relative(this.cwd, path);
    return near.startsWith('..') || near === '' ? path : near;
  }
}
