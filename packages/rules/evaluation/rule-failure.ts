import { PetrelError } from '@petrel/model';

/** An evaluation that failed for what the rule yields; the message becomes the rule's last error. */
export class RuleFailure extends Error {
  override readonly name = 'RuleFailure';
}

/** What the API shows of a failure. Anything that is neither the query's nor the rule's fault is a bug, and marked as one. */
export function failureText(error: unknown): { readonly text: string; readonly isBug: boolean } {
  const isBug = !(error instanceof PetrelError || error instanceof RuleFailure);
  return { text: error instanceof Error ? error.message : String(error), isBug };
}

/** True when the world is at fault, so that the same evaluation may succeed later: the store is away, the query was too slow or canceled. */
export function isOutage(error: unknown): boolean {
  return error instanceof PetrelError && error.retryable;
}
