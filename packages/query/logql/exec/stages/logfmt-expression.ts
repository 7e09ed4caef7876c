import type { LogfmtParser } from '../../parse/ast.ts';
import { LogfmtScanner } from './logfmt-scanner.ts';
import { LogfmtKeys } from './logfmt-stage.ts';
import type { NameCell } from './name-cell.ts';
import type { CompiledStage } from './stage.ts';
import { stageError } from './stage-error.ts';
import { cleanText } from './value-encoding.ts';

/**
 * `| logfmt a="b"`: the label a from the key b, empty where the line has no such key; of several the last. Where two labels come from one key, the first
 * of the query gets it. Throws LOGQL_PARSE for a source that is no key.
 */
export function compileLogfmtExpressions({ fields, strict }: Pick<LogfmtParser, 'fields' | 'strict'>): CompiledStage {
  // Of two sources for one label the later counts.
  const sources = new Map(fields.map(({ name, path }) => [name, parseKey(path)]));
  return (names) => {
    const scanner = new LogfmtScanner();
    const keys = new LogfmtKeys(names);
    const targets = [...sources.keys()].map((name) => names.pinned(name));
    const byKey = new Map<NameCell, NameCell>();
    // A key with the name of a label means that label, unless it is the source of another.
    for (const target of targets) byKey.set(target, target);
    for (const [name, key] of [...sources].reverse()) byKey.set(names.pinned(key), names.pinned(name));
    return (state) => {
      const { line } = state;
      keys.renew();
      for (const target of targets) if (!state.isTaken(target) && target.wanted) state.set(target, '');
      scanner.reset(line);
      let at = 0;
      while (!scanner.isAtEnd) {
        if (!scanner.next()) {
          if (strict) break;
          continue;
        }
        const key = keys.at(at++, line, scanner);
        const cell = key === undefined ? undefined : byKey.get(key);
        if (cell === undefined) continue;
        const target = state.target(cell);
        if (!target.wanted) continue;
        state.set(target, cleanText(scanner.unquoted ?? line.slice(scanner.valueFrom, scanner.valueTo)));
      }
      if (strict && scanner.mistake !== undefined) state.fail('LogfmtParserErr', scanner.mistake);
      return true;
    };
  };
}

/** A bare key, or one in quotes; further ones in quotes count for nothing. */
function parseKey(expression: string): string {
  const match = /^[ \t\n]*(?:([A-Za-z_][A-Za-z0-9_]*)|"([^"\]]*)["\]]?)(?:[ \t\n]*"[^"\]]*["\]]?)*[ \t\n]*$/.exec(
    expression,
  );
  const key = match?.[1] ?? match?.[2];
  if (key !== undefined) return key;
  throw stageError(`cannot parse expression [${expression}]: ${keyMistake(expression)}`);
}

function keyMistake(expression: string): string {
  const alien = /[^A-Za-z0-9_ \t\n"]/.exec(expression.replace(/"[^"]*"/g, ''))?.[0];
  if (alien !== undefined) return `unexpected char ${alien}`;
  return expression.trim() === ''
    ? 'syntax error: unexpected $end, expecting STRING or FIELD'
    : 'syntax error: unexpected FIELD';
}
