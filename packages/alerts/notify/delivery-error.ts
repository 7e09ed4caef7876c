/** Why an attempt failed and whether another may succeed. Its message may hold credentials until the notifier has redacted it. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';

  constructor(
    message: string,
    readonly retryable: boolean,
  ) {
    super(message);
  }
}
