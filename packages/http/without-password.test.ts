import { describe, expect, it } from 'vitest';
import { withoutPassword } from './without-password.ts';

describe('a URL that is shown', () => {
  it.each([
    ['http://u:p@h:1/x', 'http://u:xxxxx@h:1/x'],
    ['http://u@h:1/x', 'http://u@h:1/x'],
    ['http://h/a@b', 'http://h/a@b'],
    ['http://h', 'http://h'],
    ['no url @', 'no url @'],
  ])('%s', (url, shown) => expect(withoutPassword(url)).toBe(shown));
});
