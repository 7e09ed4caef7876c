import type { Stage } from '../parse/ast.ts';
import { allOf, type PredicatePart } from './predicate-parts.ts';
import { pushLabelFilter } from './push-label-filter.ts';
import { pushLineFilter } from './push-line-filter.ts';

export interface PushOptions {
  /**
   * Names that some stream of the selector has. Only with them anything follows from label filters: a value that the stream has need not stand in the line
   * or its metadata. Absent: not known.
   */
  readonly streamLabelNames?: ReadonlySet<string>;
  /**
   * Takes it for granted that whoever wrote a line did not write ASCII letters and digits as `\u0061`. Strictly JSON may; but then `| json | id="abc"` has to
   * look at every line with an escape, which no index finds. Default false.
   */
  readonly plainTextIsUnescaped?: boolean;
}

/**
 * What the store can test of a pipeline: no line that the pipeline lets through fails the predicate (absent: nothing is known). `exact`: the predicate alone
 * decides, and no stage changes a line or its labels. Label filters of exact predicates and `detected_level` count on what LogSource says of labels.
 */
export function pushedPredicate(stages: readonly Stage[], options: PushOptions = {}): PredicatePart {
  const { streamLabelNames, plainTextIsUnescaped = false } = options;
  const parts: PredicatePart[] = [];
  const made = new Set<string>();
  let isMade = false;
  let isStoredLine = true;
  let isParsed = false;
  let isUntouched = true;
  for (const stage of stages) {
    if (stage.kind === 'lineFilter') {
      if (isStoredLine) parts.push(pushLineFilter(stage));
      else isUntouched = false;
      continue;
    }
    if (stage.kind === 'labelFilter') {
      const origins = { isParsed, isUntouched, streamLabelNames, plainTextIsUnescaped };
      parts.push(pushLabelFilter(stage.filter, { ...origins, made: isMade ? 'all' : made }));
      continue;
    }
    isUntouched = false;
    switch (stage.kind) {
      case 'lineFormat':
      case 'decolorize':
        isStoredLine = false;
        break;
      case 'labelFormat':
        for (const { name } of stage.assignments) made.add(name);
        break;
      case 'drop':
      case 'keep':
      case 'distinct':
        break;
      default:
        // What a parser finds in a line that the query made may be anything.
        if (isStoredLine) isParsed = true;
        else isMade = true;
        if (stage.kind === 'unpack') isStoredLine = false;
    }
  }
  const all = allOf(parts);
  return isUntouched ? all : { ...all, exact: false };
}
