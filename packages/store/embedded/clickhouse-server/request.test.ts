import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { authenticate, readRequestOptions } from './request.ts';

function request(headers: Record<string, string> = {}, method = 'POST'): IncomingMessage {
  return { headers, method } as unknown as IncomingMessage;
}

function url(search: string): URL {
  return new URL(`http://localhost/?${search}`);
}

test('settings and parameters are told from what the interface itself reads', () => {
  const options = readRequestOptions(
    request(),
    url('query_id=q&database=db&max_threads=1&param_a=%5B1%5D&wait_end_of_query=1&session_id=s&session_timeout=5'),
  );
  expect(Object.fromEntries(options.state)).toEqual({ max_threads: '1', param_a: '[1]', database: 'db' });
  expect(options).toMatchObject({
    queryId: 'q',
    waitEndOfQuery: true,
    sessionId: 's',
    sessionTimeoutMs: 5000,
    defaultFormat: 'TabSeparated',
  });
});

test('equal states have equal keys in any order', () => {
  const key = (search: string) => readRequestOptions(request(), url(search)).stateKey;
  expect(key('a=1&b=2')).toBe(key('b=2&a=1'));
  expect(key('a=1')).not.toBe(key('a=2'));
  expect(key('a=1')).not.toBe(key(''));
});

test('names that could reach SQL unquoted are refused', () => {
  expect(() => readRequestOptions(request(), url('a%3D1%2Cb=2'))).toThrow(/neither a builtin setting/);
  expect(() => readRequestOptions(request(), url('compress=1'))).toThrow(/not supported/);
  expect(() => readRequestOptions(request(), url('session_timeout=x'))).toThrow(/session timeout/);
});

test('the password may come three ways', () => {
  const expected = { user: 'default', password: 'p:w' };
  const basic = `Basic ${Buffer.from('default:p:w').toString('base64')}`;
  for (const [headers, search] of [
    [{ authorization: basic }, ''],
    [{ 'x-clickhouse-user': 'default', 'x-clickhouse-key': 'p:w' }, ''],
    [{}, 'user=default&password=p%3Aw'],
    [{}, 'password=p%3Aw'],
  ] as const) {
    expect(() => authenticate(request(headers), url(search), expected)).not.toThrow();
  }
  expect(() => authenticate(request(), url(''), expected)).toThrow(/Authentication failed/);
  expect(() => authenticate(request({ authorization: basic }), url(''), { ...expected, user: 'other' })).toThrow();
});
