import { quote } from '@petrel/model';

// Codes of go-openapi/errors; those from 600 on are answered with 422.
const INVALID_TYPE = 601;
const REQUIRED = 602;
const TOO_FEW_ITEMS = 612;

/** A request that does not have the shape of the API's schema; answered as `{"code":…,"message":…}`. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }

  get status(): number {
    return this.code >= 600 ? 422 : this.code;
  }

  /** What clients of go-openapi servers read. */
  get body(): { readonly code: number; readonly message: string } {
    return { code: this.code, message: this.message };
  }
}

/** A body that is no JSON, or JSON of another shape. `body` is its name in the schema: `alerts`, `silence`. */
export function unparsable(body: string, reason: string): Refusal {
  return new Refusal(400, `parsing ${body} body from "" failed, because ${reason}`);
}

/** `path`: `matchers.0.name`. */
export function missing(path: string): Refusal {
  return new Refusal(REQUIRED, `${path} in body is required`);
}

export function misformed(path: string, place: 'body' | 'path', format: string, value: string): Refusal {
  return new Refusal(INVALID_TYPE, `${path} in ${place} must be of type ${format}: ${quote(value)}`);
}

export function tooFew(path: string, atLeast: number): Refusal {
  return new Refusal(TOO_FEW_ITEMS, `${path} in body should have at least ${atLeast} items`);
}
