import type { LabelFilter, Stage } from '../../parse/ast.ts';
import { labelTemplate, lineTemplate } from './format-stages.ts';

/**
 * The labels that parsers have to extract where the reader of the results wants only some: those, and what the stages ask for. Undefined: a stage may
 * look at any. Throws LOGQL_PARSE for templates that are none.
 */
export function requiredLabels(stages: readonly Stage[], needed: ReadonlySet<string>): ReadonlySet<string> | undefined {
  const required = new Set(needed);
  for (const stage of stages) {
    const names = namesOf(stage);
    if (names === undefined) return undefined;
    for (const name of names) required.add(name);
  }
  return required;
}

/** Labels whose values change what a stage does to other labels, or to the line. */
function namesOf(stage: Stage): Iterable<string> | undefined {
  switch (stage.kind) {
    case 'labelFilter':
      return filterLabels(stage.filter);
    case 'distinct':
      return stage.labels;
    case 'lineFormat':
      return lineTemplate(stage.template).fields;
    case 'labelFormat': {
      const names: string[] = [];
      for (const { name, source } of stage.assignments) {
        if (source.kind === 'label') names.push(source.name);
        else {
          const { fields } = labelTemplate(name, source.text);
          if (fields === undefined) return undefined;
          names.push(...fields);
        }
      }
      return names;
    }
    default:
      return [];
  }
}

/** The names that a filter asks for, in their order. */
export function filterLabels(filter: LabelFilter): readonly string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return [...filterLabels(filter.left), ...filterLabels(filter.right)];
    case 'string':
      return [filter.matcher.name];
    default:
      return [filter.name];
  }
}
