import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stableIndexName } from './index-name.ts';

describe('stableIndexName', () => {
  it.each([
    ['app-logs-2026.11.25', 'app-logs'],
    ['app-logs-2026.11.25-000001', 'app-logs'],
    ['app-logs-000042', 'app-logs'],
    ['logstash-2026.11.25.14', 'logstash'],
    ['logstash-2026.11', 'logstash'],
    ['logstash-2026.w48', 'logstash'],
    ['app_2026_11_25', 'app'],
    ['app-20261125', 'app'],
    ['app-2026-11-25', 'app'],
    ['.ds-logs-nginx.access-default-2026.11.25-000003', 'logs-nginx.access-default'],
    ['.ds-filebeat-8.17.0-2026.11.25-000003', 'filebeat-8.17.0'],
    ['<app-logs-{now/d}-000001>', 'app-logs'],
    ['<logs-{now/d{yyyy.MM.dd|+08:00}}>', 'logs'],
    ['filebeat-8.8.0', 'filebeat-8.8.0'],
    ['logs-nginx.access-default', 'logs-nginx.access-default'],
    ['app-logs', 'app-logs'],
    ['2026.11.25', '2026.11.25'],
    ['order-2026', 'order-2026'],
    ['v2-2026.13.45', 'v2-2026.13.45'],
  ])('%s is %s', (name, stable) => expect(stableIndexName(name)).toBe(stable));

  it('gives every day of a name the same, whatever the name', () => {
    const base = fc.stringMatching(/^[a-z][a-z_.-]{0,10}[a-z]$/);
    const day = fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(base, day, (name, date) => {
        const stamp = date.toISOString().slice(0, 10).replaceAll('-', '.');
        expect(stableIndexName(`${name}-${stamp}`)).toBe(name);
        expect(stableIndexName(`${name}-${stamp}-000001`)).toBe(name);
      }),
    );
  });
});
