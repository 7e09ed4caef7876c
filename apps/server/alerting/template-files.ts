import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type ConfigIssue, expandPattern } from '@petrel/config';
import { TemplateError, TemplateSet } from '@petrel/template';

/** A template file that alertmanager.yml names. */
export interface TemplateFile {
  readonly name: string;
  readonly text: string;
}

/** The files that the patterns stand for, and what is wrong with those that do not parse. As in Go, a file is a template by its own name, without its folder. */
export function readTemplates(patterns: readonly string[]): {
  readonly files: readonly TemplateFile[];
  readonly issues: readonly ConfigIssue[];
} {
  const files: TemplateFile[] = [];
  const issues: ConfigIssue[] = [];
  for (const path of patterns.flatMap(expandPattern)) {
    const name = basename(path);
    try {
      const text = readFileSync(path, 'utf8');
      new TemplateSet().parse(name, text);
      files.push({ name, text });
    } catch (error) {
      const { line = 1, column = 1 } = error instanceof TemplateError ? error : {};
      issues.push({
        file: path,
        line,
        column,
        path: '',
        message: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return { files, issues };
}
