import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkAlertmanager } from './check-alertmanager.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'petrel-check-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

async function check(text: string): Promise<{ code: number; lines: readonly string[] }> {
  writeFileSync(join(folder, 'a.yml'), text);
  const lines: string[] = [];
  const code = await checkAlertmanager(['a.yml'], (line) => lines.push(line), folder);
  return { code, lines };
}

it('says what is in a file that is right, and what stays off', async () => {
  writeFileSync(join(folder, 'x.tmpl'), '');
  const { code, lines } = await check(`route: {receiver: a, routes: [{}, {}]}
receivers:
  - name: a
    slack_configs: [{api_url: <slack>}]
    webhook_configs: [{url: http://x, http_config: {bearer_token_file: t}}]
templates: [x.tmpl, 'none/*.tmpl']
`);
  expect(code).toBe(0);
  expect(lines).toEqual([
    'Checking a.yml',
    '  WARNING: a.yml:4:31: receivers[0].slack_configs[0].api_url: <slack> is a placeholder: this entry is off until it is replaced',
    expect.stringContaining(`${join(folder, 't')} does not exist`),
    `  WARNING: a.yml: no template file matches ${join(folder, 'none/*.tmpl')}`,
    '  Found: 3 routes, 1 receiver',
    '    0 inhibit rules, 0 time intervals',
    '    1 template file',
    '  SUCCESS: a.yml is valid alertmanager configuration syntax',
    '',
  ]);
});

it('fails with the place of every error', async () => {
  const { code, lines } = await check('route: {receiver: b, group_interval: 0s}\nreceivers: [{name: a}, {name: a}]\n');
  expect(code).toBe(1);
  expect(lines.filter((line) => line.includes('FAILED'))).toEqual([
    '  FAILED: a.yml:1:19: route.receiver: undefined receiver "b" used in route; did you mean "a"?',
    '  FAILED: a.yml:1:38: route.group_interval: group_interval cannot be zero',
    '  FAILED: a.yml:2:24: receivers[1]: notification config name "a" is not unique',
  ]);
});

it('fails when a template file does not parse', async () => {
  writeFileSync(join(folder, 'bad.tmpl'), '{{ define "x" }}{{ nothing }}{{ end }}');
  const { code, lines } = await check('route: {receiver: a}\nreceivers: [{name: a}]\ntemplates: [bad.tmpl]\n');
  expect(code).toBe(1);
  expect(lines[1]).toContain('bad.tmpl:1: function "nothing" not defined');
});
