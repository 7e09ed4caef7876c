import { describe, expect, it } from 'vitest';
import { DeliveryError } from './delivery-error.ts';
import type { HttpAnswer } from './http-notifier.ts';
import { jsonAnswer, maybeJson, requireCodeZero } from './json-answer.ts';

const answer = (text: string): HttpAnswer => ({ status: 200, contentType: '', text, retryAfter: undefined });

describe('an answer in JSON', () => {
  it('is an object', () => {
    expect(jsonAnswer(answer('{"a":1}'))).toEqual({ a: 1 });
    for (const text of ['', '[]', '1', 'null', '<html>']) {
      expect(maybeJson(answer(text))).toBeUndefined();
      expect(() => jsonAnswer(answer(text))).toThrow(DeliveryError);
    }
  });

  it.each([
    [0, undefined],
    ['0', undefined],
    [5, { retryable: false }],
    ['7', { retryable: true }],
    [undefined, { retryable: false }],
  ])('with the code %s: %j', (code, expected) => {
    const check = (): void => requireCodeZero({ service: 'S', code, text: 'why', retryCodes: [7] });
    if (expected === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ ...expected, message: `S refused: code ${code}: why` }));
  });
});
