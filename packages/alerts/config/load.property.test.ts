import { ConfigError } from '@petrel/config';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { INTEGRATIONS } from '../notify/integrations.ts';
import { loadRoutingConfig } from './load.ts';

const GOOD = `global: {smtp_smarthost: 'mail:25', smtp_from: a@b, http_config: {proxy_url: http://p}}
route:
  receiver: a
  group_by: [x, y]
  group_wait: 10s
  routes:
    - matchers: [a="b", 'c=~"d|e"']
      match_re: {f: g.*}
      mute_time_intervals: [night]
      continue: true
      routes: [{match: {h: i}, labels: {j: k}}]
receivers:
  - name: a
    labels: {team: t}
    webhook_configs: [{url: http://hook/x, send_resolved: false}]
    email_configs: [{to: x@y, headers: {Subject: '{{ .GroupLabels.x }}'}}]
inhibit_rules:
  - {source_matchers: [a=b], target_match: {c: d}, equal: [e], name: n}
  - {sources: [{matchers: [a=b], equal: [c]}, {matchers: [d=e]}], target_matchers: [f=g]}
time_intervals:
  - name: night
    time_intervals: [{times: [{start_time: '00:00', end_time: '24:00'}], weekdays: ['monday:friday'], location: Asia/Shanghai}]
templates: ['*.tmpl']
`;

it('a damaged file loads or is refused with places, and nothing else is thrown', () => {
  expect(() => loadRoutingConfig({ text: GOOD, cwd: '/', integrations: INTEGRATIONS })).not.toThrow();
  const junk = fc.constantFrom(
    '',
    '[',
    '}',
    ': ',
    '- ',
    '"',
    '<x>',
    'null',
    '-1',
    '{{',
    '*a',
    '&a ',
    '\n',
    '~',
    '!',
    ',',
  );
  const damage = fc.record({ at: fc.nat(GOOD.length), length: fc.nat(12), junk });
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
      let text = GOOD;
      for (const { at, length, junk: put } of damages) text = text.slice(0, at) + put + text.slice(at + length);
      try {
        const { config } = loadRoutingConfig({ text, cwd: '/', integrations: INTEGRATIONS });
        expect(config.route.key).toBe('{}');
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        for (const { line, column } of error.issues) expect(Math.min(line, column)).toBeGreaterThan(0);
      }
    }),
    { numRuns: 300 },
  );
});
