import type { ExtractedField } from '../../parse/ast.ts';
import { JsonPathError, type JsonPathStep, parseJsonPath } from './json-path.ts';
import { JsonPathSearch } from './json-path-search.ts';
import type { LineState } from './line-state.ts';
import type { CompiledStage } from './stage.ts';
import { stageError } from './stage-error.ts';
import { decodeValue } from './value-encoding.ts';

/** `| json a="b.c[0]"`: each label from its path; where there is nothing the label is empty. Throws LOGQL_PARSE for a path that is none. */
export function compileJsonExpressions(fields: readonly ExtractedField[]): CompiledStage {
  const paths = fields.map(({ path }) => checkedPath(path));
  return (names) => {
    const cells = fields.map(({ name }) => names.pinned(name));
    let state: LineState;
    let found = 0;
    const search = new JsonPathSearch(paths, {
      found(path, { kind, from, to }) {
        const cell = cells[path] as (typeof cells)[0];
        const target = state.target(cell);
        const encoding = kind === 'object' ? 'plain' : 'json';
        if (target.wanted) state.set(target, kind === 'null' ? '' : decodeValue(state.line, from, to, encoding));
        found++;
      },
      failed: (mistake) => state.fail('JSONParserErr', mistake),
    });
    return (current) => {
      const { line } = current;
      if (line === '') return true;
      if (!/^["{[]/.test(line)) {
        current.fail('JSONParserErr', '');
        return true;
      }
      state = current;
      found = 0;
      search.run(line);
      if (found < cells.length) {
        for (const cell of cells) if (current.read(cell) === undefined && cell.wanted) current.set(cell, '');
      }
      return true;
    };
  };
}

function checkedPath(expression: string): readonly JsonPathStep[] {
  try {
    return parseJsonPath(expression);
  } catch (error) {
    if (error instanceof JsonPathError) throw stageError(`cannot parse expression [${expression}]: ${error.message}`);
    throw error;
  }
}
