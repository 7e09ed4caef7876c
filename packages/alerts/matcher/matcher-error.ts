import { PetrelError } from '@petrel/model';

/** What the parsers throw for a text that is no matcher; the messages are Alertmanager's. */
export function matcherError(message: string): PetrelError {
  return new PetrelError('BAD_REQUEST', message);
}
