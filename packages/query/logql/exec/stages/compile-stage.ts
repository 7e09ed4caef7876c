import type { LineFilter, Stage } from '../../parse/ast.ts';
import { decolorizeStage } from './decolorize-stage.ts';
import { compileDistinct } from './distinct-stage.ts';
import { compileDrop, compileKeep } from './drop-keep.ts';
import { compileLabelFormat, compileLineFormat } from './format-stages.ts';
import { compileJsonExpressions } from './json-expression.ts';
import { jsonStage } from './json-stage.ts';
import { compileLabelFilter } from './label-filter.ts';
import { compileLineFilter } from './line-filter.ts';
import { compileLogfmtExpressions } from './logfmt-expression.ts';
import { compileLogfmt } from './logfmt-stage.ts';
import { compilePatternParser } from './pattern-stage.ts';
import { compileRegexpParser } from './regexp-stage.ts';
import type { CompiledStage } from './stage.ts';
import { unpackStage } from './unpack-stage.ts';

/** Checks and compiles one stage. Throws LOGQL_PARSE for what cannot run. */
export function compileStage(stage: Stage): CompiledStage {
  switch (stage.kind) {
    case 'lineFilter':
      return lineFilterStage(stage);
    case 'labelFilter':
      return compileLabelFilter(stage.filter);
    case 'json':
      return stage.fields.length === 0 ? jsonStage : compileJsonExpressions(stage.fields);
    case 'logfmt':
      return stage.fields.length === 0 ? compileLogfmt(stage) : compileLogfmtExpressions(stage);
    case 'pattern':
      return compilePatternParser(stage.pattern);
    case 'regexp':
      return compileRegexpParser(stage.pattern);
    case 'unpack':
      return unpackStage;
    case 'decolorize':
      return decolorizeStage;
    case 'lineFormat':
      return compileLineFormat(stage.template);
    case 'labelFormat':
      return compileLabelFormat(stage.assignments);
    case 'drop':
      return compileDrop(stage.labels);
    case 'keep':
      return compileKeep(stage.labels);
    case 'distinct':
      return compileDistinct(stage.labels);
  }
}

function lineFilterStage(stage: LineFilter): CompiledStage {
  const test = compileLineFilter(stage);
  return () => (state) => test(state.line);
}
