import { describe, expect, it } from 'vitest';
import { inherited } from './inherited.ts';

describe('what a block takes from global', () => {
  it.each([
    [{ key: 'own' }, { key: 'own' }],
    [{ keyFile: '/own' }, { keyFile: '/own' }],
    [{ key: undefined, keyFile: undefined }, { key: 'global' }],
  ])('%j: %j', (own, expected) => {
    expect(inherited({ key: undefined, keyFile: undefined, ...own }, { key: 'global', keyFile: undefined })).toEqual(
      expected,
    );
  });
});
