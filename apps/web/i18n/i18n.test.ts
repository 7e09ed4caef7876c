import { expect, it } from 'vitest';
import { en } from './en.ts';
import { translate } from './index.tsx';
import { zh } from './zh.ts';

const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

it.each(Object.keys(en) as (keyof typeof en)[])('%s has the same placeholders in both languages', (key) => {
  expect(zh[key].trim()).not.toBe('');
  expect(placeholders(zh[key])).toEqual(placeholders(en[key]));
});

it('fills placeholders and leaves unknown ones visible', () => {
  expect(translate('en', 'targets.count', { up: 1, total: 2 })).toBe('1 of 2 up');
  expect(translate('zh', 'targets.count', { up: 1 })).toBe('1 / {total} 正常');
});
