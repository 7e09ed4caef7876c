import { isLegacyLabelName } from '@petrel/model';
import { RE2JS } from 're2js';
import type { CompiledStage } from './stage.ts';
import { stageError } from './stage-error.ts';

/** `| regexp "(?P<name>…)"`: a label for each named group, where the expression is found in the line. Throws LOGQL_PARSE. */
export function compileRegexpParser(pattern: string): CompiledStage {
  const re = compileRegex(pattern);
  const groups = Object.entries(re.namedGroups());
  if (groups.length === 0) throw stageError('at least one named capture must be supplied');
  for (const [name] of groups) {
    if (!isLegacyLabelName(name)) throw stageError(`invalid extracted label name '${name}'`);
  }
  return (names) => {
    const cells = groups.map(([name, group]) => ({ cell: names.pinned(name), group }));
    return (state) => {
      const { line } = state;
      // Whether it matches is known sooner than where.
      if (!re.test(line)) return true;
      const matcher = re.matcher(line);
      if (!matcher.find()) return true;
      for (const { cell, group } of cells) {
        const from = matcher.start(group);
        if (from < 0) state.extract(cell, '');
        else state.extractPiece(cell, line, from, matcher.end(group), 'plain');
      }
      return true;
    };
  };
}

/** An expression with RE2's syntax. Throws LOGQL_PARSE: ``error parsing regexp: missing closing ): `(` ``. */
export function compileRegex(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('error parsing regexp')) throw error;
    const repeated = /duplicate capture group name: `(.*)`/.exec(error.message)?.[1];
    throw stageError(repeated === undefined ? error.message : `duplicate extracted label name '${repeated}'`);
  }
}
