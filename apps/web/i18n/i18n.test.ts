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

it('takes the form for one or for many by the number before it', () => {
  expect(translate('en', 'rules.alerts', { count: 1 })).toBe('1 active alert');
  expect(translate('en', 'rules.alerts', { count: 2 })).toBe('2 active alerts');
  expect(translate('en', 'alerts.section.count', { alerts: 3, groups: 1 })).toBe('3 alerts in 1 group');
  expect(translate('zh', 'rules.alerts', { count: 1 })).toBe('1 条活动告警');
});
