import { PetrelError } from '@petrel/model';

/** Bodies that are being received or handled, together: a bound on memory whoever sends, and however slowly. */
export class BodyBudget {
  #usedBytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** One request's share. Throws STORE_UNAVAILABLE (senders try again after a 503, not all after a 429) when there is no room; a body that is alone always has it. */
  open(): BodyShare {
    let heldBytes = 0;
    return {
      take: (bytes) => {
        if (this.#usedBytes > heldBytes && this.#usedBytes + bytes > this.maxBytes) {
          throw new PetrelError('STORE_UNAVAILABLE', 'too many large requests at once', { retryAfterMs: 1_000 });
        }
        heldBytes += bytes;
        this.#usedBytes += bytes;
      },
      close: () => {
        this.#usedBytes -= heldBytes;
        heldBytes = 0;
      },
    };
  }
}

export interface BodyShare {
  take(bytes: number): void;
  /** Gives everything back; harmless when it is called again. */
  close(): void;
}
