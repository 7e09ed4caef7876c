import { show } from '@petrel/config/schema/scalars.ts';
import { isValidLabelName } from '@petrel/receive/relabel/index.ts';

/** The reason why `name` cannot be a label, or undefined. */
export function labelNameProblem(name: string): string | undefined {
  return isValidLabelName(name, 'utf8') ? undefined : `${show(name)} is not a valid label name`;
}
