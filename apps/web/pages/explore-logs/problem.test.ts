import { expect, it } from 'vitest';
import { ApiError } from '../../shell/prometheus-api.ts';
import { positionIn, problemOf } from './problem.ts';

it("finds the place in Loki's words, columns counted in characters", () => {
  expect(positionIn('{a="b"} | jsn', 'parse error at line 1, col 11: syntax error: unexpected IDENTIFIER')).toEqual({
    from: 10,
    to: 13,
  });
  expect(positionIn('{a="海"}\n| x(', 'parse error at line 2, col 4: syntax error')).toEqual({ from: 11, to: 12 });
  expect(positionIn('{a="🐦"} | x', 'parse error at line 1, col 10: syntax error')).toEqual({ from: 10, to: 11 });
  expect(positionIn('{}', 'too many outstanding requests')).toBeUndefined();
});

it('takes the place that the server names', () => {
  const error = new ApiError('Expected AND', 'bad_data', 400, { from: 2, to: 3 });
  expect(problemOf('a b', error)?.position).toEqual({ from: 2, to: 3 });
  expect(problemOf('a b', new Error('offline'))).toBeUndefined();
});
