import { PetrelError } from '@petrel/model';

/** A bulk request that is refused as a whole: DECODE_FAILED, with the name that Elasticsearch has for such an error. */
export class BulkRequestError extends PetrelError {
  constructor(
    message: string,
    readonly type: 'illegal_argument_exception' | 'action_request_validation_exception' = 'illegal_argument_exception',
  ) {
    super('DECODE_FAILED', message);
  }
}
