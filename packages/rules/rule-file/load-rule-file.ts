import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigIssue, Source } from '@petrel/config';
import { ConfigReading, expandPattern } from '@petrel/config';
import { isNull, isUsable } from '@petrel/config/schema/schema.ts';
import { Labels } from '@petrel/model';
import type { ParseOptions } from '@petrel/query/promql/parse/index.ts';
import { DEFAULT_PARSE_OPTIONS } from '@petrel/query/promql/parse/index.ts';
import { checkRule } from './check-rule.ts';
import type { NameValidation } from './names.ts';
import { isValidLabelName, isValidLabelValue } from './names.ts';
import type { RuleLanguage } from './rule-expr.ts';
import type { Rule, RuleGroup } from './rule-group.ts';
import type { WrittenGroup } from './schema.ts';
import { ruleFileTable } from './schema.ts';

export interface RuleFileOptions {
  /** Relative paths start here. */
  readonly cwd: string;
  /** Default `promql`. */
  readonly language?: RuleLanguage;
  /** Which PromQL is allowed; default: nothing experimental. */
  readonly features?: Partial<ParseOptions>;
  /** Default `utf8`. */
  readonly names?: NameValidation;
  /** Unknown fields are warnings instead of errors. Default false. */
  readonly ignoreUnknownFields?: boolean;
}

export interface LoadedRules {
  /** In the order of the files, then of the groups in them. */
  readonly groups: readonly RuleGroup[];
  readonly warnings: readonly ConfigIssue[];
}

/** Loads one rule file; `text` stands in for its content. Throws a ConfigError that holds everything that is wrong with it. */
export function loadRuleFile(
  options: { readonly path: string; readonly text?: string } & RuleFileOptions,
): LoadedRules {
  const reading = new ConfigReading(options.cwd, {});
  const groups = readFile(options.path, options.text, reading, options);
  if (reading.errors.length > 0) throw reading.failure();
  return { groups, warnings: reading.warnings };
}

/**
 * Loads all files that the paths stand for (the last segment may hold a pattern); a pattern that stands for no file is none. Throws a
 * ConfigError that holds everything that is wrong with any of them.
 */
export function loadRuleFiles(paths: readonly string[], options: RuleFileOptions): LoadedRules {
  const reading = new ConfigReading(options.cwd, {});
  const files = paths.flatMap((path) => {
    const full = resolve(options.cwd, path);
    return /[*?[]/.test(path) ? expandPattern(full) : [full];
  });
  const groups = [...new Set(files)].flatMap((file) => readFile(file, undefined, reading, options));
  if (reading.errors.length > 0) throw reading.failure();
  return { groups, warnings: reading.warnings };
}

function readFile(
  path: string,
  given: string | undefined,
  reading: ConfigReading,
  options: RuleFileOptions,
): readonly RuleGroup[] {
  const text = given ?? contentOf(resolve(options.cwd, path));
  // Where it cannot be read, the reading says why.
  const source = reading.open(path, text);
  if (source === undefined || isNull(source.tree)) return [];
  const written = decode(source, options.ignoreUnknownFields === true);
  if (written === undefined) return [];
  return checkGroups(written, source, path, text ?? '', options);
}

function contentOf(full: string): string | undefined {
  try {
    return readFileSync(full, 'utf8');
  } catch {
    return undefined;
  }
}

function decode({ reading, tree }: Source, ignoreUnknownFields: boolean): readonly WrittenGroup[] | undefined {
  const lenient: typeof reading = {
    ...reading,
    error: (at, path, message, allowed) => {
      if (/^field .* not found in type /.test(message)) reading.warn(at, path, message);
      else reading.error(at, path, message, allowed);
    },
  };
  const value = ruleFileTable.decode(tree, { reading: ignoreUnknownFields ? lenient : reading, path: '' });
  return isUsable(value) ? value.groups : undefined;
}

function checkGroups(
  groups: readonly WrittenGroup[],
  { reading }: Source,
  file: string,
  text: string,
  options: RuleFileOptions,
): readonly RuleGroup[] {
  const names = options.names ?? 'utf8';
  const checks = {
    language: options.language ?? 'promql',
    names,
    text,
    parse: { ...DEFAULT_PARSE_OPTIONS, ...options.features },
  };
  const seen = new Set<string>();
  return groups.map((group) => {
    const problem = (message: string) => reading.error(group.place, group.path, message);
    if (group.name === '') problem('Groupname must not be empty');
    else if (seen.has(group.name)) problem(`groupname: "${group.name}" is repeated in the same file`);
    seen.add(group.name);
    for (const [name, value] of Object.entries(group.labels)) {
      if (!isValidLabelName(name, names) || name === '__name__') problem(`invalid label name: ${name}`);
      if (!isValidLabelValue(value)) problem(`invalid label value: ${value}`);
    }
    const rules = group.rules
      .map((_, i) => checkRule(group, i, checks, ({ at, path, message }) => reading.error(at, path, message)))
      .filter((rule) => rule !== undefined);
    warnOfDuplicates(group, rules, (rule, message) => reading.warn(rule.place, group.path, message));
    return finished(group, rules, file);
  });
}

function finished(group: WrittenGroup, rules: readonly Rule[], file: string): RuleGroup {
  return {
    file,
    name: group.name,
    limit: group.limit,
    rules,
    place: group.place,
    ...(group.intervalMs === 0 ? {} : { intervalMs: group.intervalMs }),
    ...(group.queryOffsetMs === undefined ? {} : { queryOffsetMs: group.queryOffsetMs }),
  };
}

/** Two rules that yield the same metric with the same labels get in each other's way. */
function warnOfDuplicates(
  group: WrittenGroup,
  rules: readonly Rule[],
  warn: (rule: Rule, message: string) => void,
): void {
  const seen = new Set<string>();
  for (const rule of rules) {
    const labels = Labels.of(rule.labels);
    const key = `${rule.name}\n${labels.key}`;
    if (seen.has(key)) {
      warn(rule, `group "${group.name}": duplicate rule "${rule.name}" with labels ${labels}`);
    }
    seen.add(key);
  }
}
