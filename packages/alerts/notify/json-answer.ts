import { DeliveryError } from './delivery-error.ts';
import type { HttpAnswer } from './http-notifier.ts';

/** The answer's body as a JSON object. Rejects with a retryable DeliveryError when it is none: something stood in for the service. */
export function jsonAnswer(answer: HttpAnswer): Readonly<Record<string, unknown>> {
  const value = parse(answer.text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new DeliveryError(`could not read the answer as JSON (status ${answer.status}): ${answer.text}`, true);
}

/** The same, undefined when it is none. */
export function maybeJson(answer: HttpAnswer): Readonly<Record<string, unknown>> | undefined {
  const value = parse(answer.text);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How a service answers within a 200: a number that says whether it worked, and a text. */
export interface CodedAnswer {
  readonly service: string;
  readonly code: unknown;
  readonly text: unknown;
  /** Codes after which another attempt may succeed. */
  readonly retryCodes: readonly number[];
}

/** Passes the code 0; else throws a DeliveryError with code and text. */
export function requireCodeZero({ service, code, text, retryCodes }: CodedAnswer): void {
  if (code === 0 || code === '0') return;
  const number = Number(code);
  throw new DeliveryError(
    `${service} refused: code ${String(code)}: ${String(text ?? '')}`,
    retryCodes.includes(number),
  );
}
