/** An error as ClickHouse answers it over HTTP: a stable number, its name, and the status that belongs to it. */
export class ClickHouseError extends Error {
  override readonly name = 'ClickHouseError';

  constructor(
    readonly code: number,
    readonly type: string,
    message: string,
  ) {
    super(message);
  }

  get status(): number {
    return STATUS_BY_CODE.get(this.code) ?? 500;
  }

  /** The body of the answer; clients parse code and name out of it. */
  render(version: string): string {
    return `Code: ${this.code}. DB::Exception: ${this.message} (${this.type}) (version ${version})\n`;
  }
}

// ClickHouse maps exception codes to HTTP statuses by groups; what is not listed is 500.
const STATUS_BY_CODE: ReadonlyMap<number, number> = new Map([
  ...statusOf(401, 194),
  ...statusOf(403, 192, 193, 497, 516),
  ...statusOf(400, 6, 26, 27, 36, 38, 41, 42, 43, 52, 53, 62, 69, 70, 72, 89, 117, 130, 131, 167, 427, 456, 457, 636),
  ...statusOf(404, 16, 46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 511),
  ...statusOf(408, 159),
  ...statusOf(411, 381),
  ...statusOf(413, 307, 1004),
  ...statusOf(501, 48),
  ...statusOf(503, 209, 439),
]);

function statusOf(status: number, ...codes: number[]): [number, number][] {
  return codes.map((code) => [code, status]);
}

const WRAPPED = /^(?:Code: \d+\. DB::Exception: )+/;
const SUFFIXES = /(?:\s*\((?:version [^()]*|[A-Z][A-Z0-9_]*)\)\.?)+\s*$/;

/**
 * Reads the library's message `Code: N. DB::Exception: text. (NAME)`; the library wraps an exception once for each layer that it
 * passes, which is undone. Anything else becomes code 1002, UNKNOWN_EXCEPTION.
 */
export function parseEngineError(error: unknown): ClickHouseError {
  if (error instanceof ClickHouseError) return error;
  const text = (error instanceof Error ? error.message : String(error)).trim();
  const code = /^Code: (\d+)\. DB::Exception: /.exec(text)?.[1];
  if (code === undefined) return new ClickHouseError(1002, 'UNKNOWN_EXCEPTION', text || 'Unknown exception.');
  const body = text.replace(WRAPPED, '');
  const name = /\(([A-Z][A-Z0-9_]*)\)\.?\s*$/.exec(body)?.[1] ?? 'UNKNOWN_EXCEPTION';
  return new ClickHouseError(Number(code), name, body.replace(SUFFIXES, ''));
}
