import type { IncomingHttpHeaders } from 'node:http';

/** A request as a receiver sees it. `body` is raw: still compressed where `content-encoding` says so. */
export interface ReceiveRequest {
  readonly method: string;
  /** Without the query string, percent-encoded as it came. */
  readonly path: string;
  /** What stands behind the `?`, as it came; '' when there is none. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ReceiveAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Answers every request; a PetrelError that it throws becomes its status and a line of text. */
export type ReceiveHandler = (request: ReceiveRequest) => Promise<ReceiveAnswer>;

/** One protocol's paths on the main port. */
export interface ReceiveDoor {
  readonly method: readonly ('GET' | 'POST' | 'PUT' | 'DELETE')[];
  /** A find-my-way pattern, such as `/metrics/job/*`. */
  readonly url: string;
  /** Larger bodies (as sent) answer 413. */
  readonly bodyLimitBytes: number;
  readonly handle: ReceiveHandler;
}
