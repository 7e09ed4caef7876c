import { PetrelError } from '@petrel/model';

/** One thing that is wrong with (or, as a warning, worth knowing about) a configuration. Lines and columns count from 1. */
export interface ConfigIssue {
  /** As it was given on the command line; `<text>` for a configuration that came without a file. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Where in the tree, e.g. `scrape_configs[2].static_configs[0].targets`. */
  readonly path: string;
  readonly message: string;
  /** What would have been right, where that is a short list: allowed keys or values. */
  readonly allowed?: readonly string[];
}

/** `file:line:column: path: message (allowed: …)`, the form that editors jump to. */
export function formatIssue({ file, line, column, path, message, allowed }: ConfigIssue): string {
  const where = path === '' ? '' : `${path}: `;
  const list = allowed === undefined ? '' : ` (allowed: ${allowed.join(', ')})`;
  return `${file}:${line}:${column}: ${where}${message}${list}`;
}

/** A configuration that does not load. `issues` is never empty and holds everything that was found, in the order of the file. */
export class ConfigError extends PetrelError {
  constructor(readonly issues: readonly ConfigIssue[]) {
    super('CONFIG_INVALID', issues.map(formatIssue).join('\n'));
  }
}
