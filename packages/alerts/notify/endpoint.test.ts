import { describe, expect, it } from 'vitest';
import { endpoint, pathText } from './endpoint.ts';

describe('an endpoint below a root', () => {
  it.each([
    ['http://x', 'v2/alerts', 'http://x/v2/alerts'],
    ['http://x/api', 'v2/alerts', 'http://x/api/v2/alerts'],
    ['http://x/api/', 'v2/alerts', 'http://x/api/v2/alerts'],
    ['http://x/api?tenant=1', 'v2', 'http://x/api/v2?tenant=1'],
  ])('%s and %s', (base, path, expected) => {
    expect(endpoint(base, path)).toBe(expected);
  });

  it('takes parameters beside those of the root', () => {
    expect(endpoint('http://x/?a=1', 'p', { b: 'c d' })).toBe('http://x/p?a=1&b=c+d');
  });

  it('keeps text inside its part of the path', () => {
    expect(new URL(endpoint('http://x', pathText('a b?c#d%2F/é'))).pathname).toBe('/a%20b%3Fc%23d%252F/%C3%A9');
    expect(() => pathText('\ud800')).not.toThrow();
  });
});
