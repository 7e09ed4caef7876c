import { expect, it } from 'vitest';
import { highlightPromql } from './highlight.ts';

it('colours an expression and leaves its text as it is', () => {
  const text = 'sum by (job) (rate(http_requests_total{code=~"5.."}[5m]))\n  > 0.05 # comment';
  const pieces = highlightPromql(text);
  expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  const kindOf = (piece: string) => pieces.find((one) => one.text === piece)?.kind;
  expect(kindOf('rate')).toBe('function');
  expect(kindOf('0.05')).toBe('number');
  expect(kindOf('"5.."')).toBe('string');
  expect(kindOf('code')).toBe('label');
});

it('leaves what does not parse readable', () => {
  expect(
    highlightPromql('sum(')
      .map((piece) => piece.text)
      .join(''),
  ).toBe('sum(');
});
