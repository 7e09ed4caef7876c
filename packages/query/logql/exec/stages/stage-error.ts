import { PetrelError } from '@petrel/model';

/** A stage that cannot be compiled: the query is wrong, whatever the lines are. */
export function stageError(message: string): PetrelError {
  return new PetrelError('LOGQL_PARSE', message);
}
