import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ConfigError } from '@petrel/config';
import { formatIssue } from '@petrel/config';
import { boolean, url } from '@petrel/config/schema/scalars.ts';
import type { Table } from '@petrel/config/schema/schema.ts';
import { field, optional, required, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import { describe, expect, it } from 'vitest';
import type { IntegrationConfig, IntegrationKind } from '../notify/integration.ts';
import type { GlobalConfig } from './global.ts';
import { httpConfig, httpConfigOf } from './http-config.ts';
import type { LoadedRoutingConfig } from './load.ts';
import { loadRoutingConfig } from './load.ts';
import { exclusive, secretText, secretUrl } from './secrets.ts';

interface HookConfig extends IntegrationConfig {
  readonly url: string;
  readonly token?: string;
  readonly http: HttpClientConfig;
}

function kindOf(name: string, tableOf: (global: GlobalConfig) => Table<IntegrationConfig>): IntegrationKind {
  const create = () => {
    throw new Error('nothing is sent while a configuration is read');
  };
  return { name, key: `${name}_configs`, table: tableOf, create } as unknown as IntegrationKind;
}

const hook = kindOf('hook', (global) =>
  table<HookConfig>(
    'hook_config',
    {
      sendResolved: field('send_resolved', boolean, true, ''),
      url:
        global.slackApiUrl === undefined
          ? required('url', secretUrl, '')
          : field('url', secretUrl, global.slackApiUrl, ''),
      token: optional('token', secretText, ''),
      http: field('http_config', httpConfig, global.http, ''),
    },
    { finish: (raw) => ({ ...raw, http: httpConfigOf(global.http, raw.http) }) },
  ),
);

const page = kindOf('page', () =>
  table<IntegrationConfig & { readonly address: string; readonly key?: string }>(
    'page_config',
    {
      sendResolved: field('send_resolved', boolean, true, ''),
      address: required('address', url, ''),
      key: optional('key', secretText, ''),
    },
    { check: (_, report) => exclusive(report, 'key', 'key_file'), accepted: {} },
  ),
);

const SMALL = 'route: {receiver: a}\nreceivers: [{name: a}]\n';

function load(text: string): LoadedRoutingConfig {
  return loadRoutingConfig({ text, cwd: '/etc/petrel', integrations: [hook, page] });
}

function errorsOf(text: string): readonly string[] {
  try {
    load(text);
  } catch (error) {
    return (error as ConfigError).issues.map(formatIssue);
  }
  return [];
}

describe('a whole file', () => {
  it('has the defaults of Alertmanager', () => {
    const { config, warnings } = load(SMALL);
    expect(warnings).toEqual([]);
    expect(config.global).toMatchObject({ resolveTimeoutMs: 300_000, smtpHello: 'localhost', smtpRequireTls: true });
    expect(config.route).toMatchObject({
      key: '{}',
      id: '{}',
      groupWaitMs: 30_000,
      groupIntervalMs: 300_000,
      repeatIntervalMs: 14_400_000,
      groupBy: [],
      line: 1,
      column: 8,
    });
    expect(config.receivers).toEqual([{ name: 'a', labels: { name: 'a' }, integrations: [], line: 2 }]);
  });

  it('joins the patterns of templates with its folder', () => {
    expect(load(`${SMALL}templates: ['t/*.tmpl', /x/y.tmpl]`).config.templates).toEqual([
      '/etc/petrel/t/*.tmpl',
      '/x/y.tmpl',
    ]);
  });

  it('keeps the place of a block among those of its kind', () => {
    const { config, warnings } = load(`
route: {receiver: a}
receivers:
  - name: a
    hook_configs:
      - url: <hook>
      - url: https://example.org/x
`);
    expect(warnings.map(formatIssue)).toEqual([
      '<text>:6:14: receivers[0].hook_configs[0].url: <hook> is a placeholder: this entry is off until it is replaced',
    ]);
    expect(config.receivers[0]?.integrations).toMatchObject([
      { kind: { name: 'hook' }, index: 1, line: 7, config: { url: 'https://example.org/x' } },
    ]);
  });

  it('turns off what takes a placeholder from global, and nothing else', () => {
    const { config, warnings } = load(`
global: {slack_api_url: <slack-webhook>, http_config: {basic_auth: {username: u, password: <password>}}}
route: {receiver: a}
receivers:
  - name: a
    hook_configs:
      - token: t
      - url: https://example.org/x
      - {url: https://example.org/y, http_config: {follow_redirects: true, proxy_from_environment: true}}
`);
    expect(warnings.map(({ line, path }) => `${line} ${path}`)).toEqual([
      '2 global.http_config.basic_auth.password',
      '2 global.slack_api_url',
      '7 receivers[0].hook_configs[0]',
      '8 receivers[0].hook_configs[1]',
    ]);
    expect(config.receivers[0]?.integrations.map(({ index }) => index)).toEqual([2]);
  });

  it('does not take a sender with a name for a placeholder', () => {
    const { warnings } = load(
      `${SMALL}global: {smtp_from: 'Petrel <petrel@example.org>', smtp_smarthost: '<host>:25'}`,
    );
    expect(warnings.map(({ path }) => path)).toEqual(['global.smtp_smarthost']);
  });

  it('accepts what it does not use, with a warning', () => {
    const { warnings } = load(`${SMALL}tracing: {endpoint: 'x:1', insecure: true}\nevent_recorder: {outputs: []}`);
    expect(warnings.map(({ path }) => path)).toEqual(['tracing', 'event_recorder']);
  });

  it('loads blocks of Alertmanager that nothing here sends, and says so', () => {
    const { config, warnings } = load(
      'route: {receiver: a}\nreceivers: [{name: a, incidentio_configs: [{url: s3cret}]}]',
    );
    expect(warnings.map(({ path }) => path)).toEqual(['receivers[0].incidentio_configs']);
    expect(config.receivers[0]?.integrations).toEqual([]);
    expect(config.yaml).not.toContain('s3cret');
  });

  it('warns where two grammars of matchers disagree', () => {
    const { config, warnings } = load(`
route: {receiver: a, routes: [{matchers: ['foo="\\xf0\\x9f\\x99\\x82"']}]}
receivers: [{name: a}]
`);
    expect(warnings[0]).toMatchObject({ line: 2, message: expect.stringContaining('disagreement') });
    expect(config.route.routes[0]?.matchers[0]?.value).toBe('\\xf0\\x9f\\x99\\x82');
  });
});

describe('errors', () => {
  it('come all at once, each with its place', () => {
    const text = `route:
  receiver: team-a
  continue: true
  routes:
    - receiver: team-b
      match_re: {x: a}
      mute_time_intervals: [nights]
receivers:
  - name: team-A
  - name: team-A
  - name: c
    hok_configs: []
time_intervals:
  - name: night
    time_intervals: [{weekdays: [someday]}]
`;
    expect(errorsOf(text)).toEqual([
      '<text>:2:13: route.receiver: undefined receiver "team-a" used in route; did you mean "team-A"?',
      '<text>:3:13: route.continue: cannot have continue in root route',
      '<text>:5:17: route.routes[0].receiver: undefined receiver "team-b" used in route; did you mean "team-A"?',
      '<text>:7:28: route.routes[0].mute_time_intervals: undefined time interval "nights" used in route; did you mean "night"?',
      '<text>:10:5: receivers[1]: notification config name "team-A" is not unique',
      expect.stringMatching(
        /^<text>:12:5: receivers\[2\]: field hok_configs not found in type receiver; did you mean hook_configs\? \(allowed: name, /,
      ),
      '<text>:15:34: time_intervals[0].time_intervals[0].weekdays[0]: someday is not a valid weekday',
    ]);
    expect(errorsOf(text.replace('{x: a}', "{x: '['}"))).toContain(
      '<text>:6:21: route.routes[0].match_re.x: error parsing regexp: missing closing ]: `[)$`',
    );
  });

  it.each([
    ['', 'no routes provided'],
    ['[]', 'expected a map (alertmanager.yml)'],
    ['route: {receiver: a, group_by: [x, x]}', 'duplicated label "x" in group_by'],
    ['route: {receiver: a, group_by: ["...", x]}', 'cannot have wildcard group_by'],
    ['route: {receiver: a, group_by: [""]}', 'invalid label name "" in group_by list'],
    ['route: {receiver: a, repeat_interval: 0s}', 'repeat_interval cannot be zero'],
    ['route: {receiver: a, match: {a-b: c}}', 'invalid label name "a-b"'],
    [`${SMALL}inhibit_rules: [{sources: [{matchers: [a=b]}], equal: [c]}]`, 'sources cannot be combined'],
    [`${SMALL}inhibit_rules: [{sources: [{matchers: []}]}]`, 'source 0: matchers must not be empty'],
    [`${SMALL}inhibit_rules: [{sources: [{matchers: [a=~".*"]}]}]`, 'must not match the empty string'],
    [`${SMALL}inhibit_rules: [{equal: [""]}]`, 'invalid label name "" in equal list'],
    [`${SMALL}time_intervals: [{name: x}]\nmute_time_intervals: [{name: x}]`, 'time interval "x" is not unique'],
    [`${SMALL}global: {smtp_smarthost: 'a:'}`, 'address "a:": port cannot be empty'],
    [`${SMALL}global: {slack_api_url: ''}`, 'unsupported scheme "" for URL'],
    [`${SMALL}global: {smtp_smarthost: a}`, 'address a: missing port in address'],
    [`${SMALL}global: {telegram_bot_token: a, telegram_bot_token_file: b}`, 'at most one of telegram_bot_token &'],
    ['route: {receiver: a}\nreceivers: [{name: a, hook_configs: [null]}]', 'missing hook config'],
    ['route: {receiver: a}\nreceivers: [{}]', 'missing name in receiver'],
  ])('%s: %s', (text, message) => {
    expect(errorsOf(text).join('\n')).toContain(message);
  });

  it('say nothing of an empty value beside its file', () => {
    expect(errorsOf(`${SMALL}global: {smtp_auth_password: '', smtp_auth_password_file: x}`)).toEqual([]);
  });
});

describe('what is shown', () => {
  const yaml = load(`
# a comment with s3cret
global:
  smtp_auth_password: s3cret
  opsgenie_api_url: https://user:s3cret@example.org/
  slack_api_url: https://hooks.example.org/s3cret
  http_config:
    authorization: {credentials: s3cret}
    http_headers: {X-A: {values: [shown], secrets: [s3cret]}}
    proxy_connect_header: {X-B: [s3cret]}
    proxy_url: http://s3cret@proxy:3128
route: {receiver: a, group_by: ['...'], routes: [{match: {severity: 'true', "a": "x: y"}, continue: true}]}
receivers:
  - name: a
    hook_configs: [{url: https://example.org/s3cret, token: s3cret}]
    page_configs: [{address: https://u:s3cret@example.org, key: s3cret}]
tracing: {endpoint: x, headers: {A: s3cret}}
event_recorder: {webhook_outputs: [{url: https://example.org/s3cret, path: s3cret}]}
`).config.yaml;

  it('holds no credential', () => {
    expect(yaml).not.toContain('s3cret');
    expect(yaml).toContain('smtp_auth_password: "<secret>"');
    expect(yaml).toContain('opsgenie_api_url: "https://<secret>@example.org/"');
    expect(yaml).toContain('- shown');
  });

  it('is YAML that reads back to the same tree of routes', () => {
    const again = load(yaml.replaceAll('"<secret>"', 'https://example.org'));
    expect(again.config.route.routes[0]).toMatchObject({ key: '{}/{a="x: y",severity="true"}', continue: true });
    expect(again.config.route.groupByAll).toBe(true);
  });
});

const seed = fileURLToPath(new URL('../../../../shared/seed/alertmanager.yml', import.meta.url));

describe.skipIf(!existsSync(seed))('the seed file (skipped where it is absent)', () => {
  it('loads, with a warning for each placeholder', async () => {
    const { INTEGRATIONS } = await import('../notify/integrations.ts');
    const { config, warnings } = loadRoutingConfig({ path: seed, cwd: '/', integrations: INTEGRATIONS });
    expect(warnings.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '69: <pagerduty-key> is a placeholder: this entry is off until it is replaced',
      '82: <slack-webhook> is a placeholder: this entry is off until it is replaced',
      '92: <slack-webhook> is a placeholder: this entry is off until it is replaced',
    ]);
    const blocks = config.receivers.map(({ name, integrations }) => [
      name,
      integrations.map(({ kind }) => kind.name).sort(),
    ]);
    expect(Object.fromEntries(blocks)).toEqual({
      default: ['email'],
      'oncall-all': ['email', 'webhook'],
      'tech-lead': ['email'],
      'dev-team': [],
      'business-team': ['webhook'],
    });
    expect(config.yaml).not.toMatch(/smtp_auth_password: "?password/);
  });
});
