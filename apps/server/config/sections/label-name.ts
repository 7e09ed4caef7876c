import { isValidLabelName } from '@petrel/receive/relabel/index.ts';
import { show } from '../schema/scalars.ts';

/** The reason why `name` cannot be a label, or undefined. */
export function labelNameProblem(name: string): string | undefined {
  return isValidLabelName(name, 'utf8') ? undefined : `${show(name)} is not a valid label name`;
}
