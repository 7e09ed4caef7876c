import { expect, test } from 'vitest';
import { ClickHouseError, parseEngineError } from './clickhouse-error.ts';

test('the library’s wrapping is undone', () => {
  const text =
    "Code: 115. DB::Exception: Code: 115. DB::Exception: Unknown setting 'nope'. (UNKNOWN_SETTING) (version 26.7.2.1). (UNKNOWN_SETTING)";
  const error = parseEngineError(new Error(text));
  expect([error.code, error.type, error.status]).toEqual([115, 'UNKNOWN_SETTING', 404]);
  expect(error.render('26.7.2.1')).toBe(
    "Code: 115. DB::Exception: Unknown setting 'nope'. (UNKNOWN_SETTING) (version 26.7.2.1)\n",
  );
});

test('brackets inside a message stay', () => {
  const error = parseEngineError(
    new Error(
      'Code: 27. DB::Exception: Cannot parse (at row 1)\n: While executing X. (CANNOT_PARSE_INPUT_ASSERTION_FAILED)',
    ),
  );
  expect(error.message).toBe('Cannot parse (at row 1)\n: While executing X.');
  expect(error.status).toBe(400);
});

test('what is no exception of the engine has a code all the same', () => {
  expect(parseEngineError(new TypeError('odd'))).toMatchObject({ code: 1002, status: 500, message: 'odd' });
  const own = new ClickHouseError(516, 'AUTHENTICATION_FAILED', 'x');
  expect(parseEngineError(own)).toBe(own);
  expect(own.status).toBe(403);
});
