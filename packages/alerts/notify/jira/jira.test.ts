import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedRequest, RecordingService, Reply } from '../recording-service.ts';
import { startRecordingService } from '../recording-service.ts';
import { notificationOf, readBlock, rehearse } from '../rehearse.ts';
import { jira } from './jira.ts';

let service: RecordingService;
beforeEach(async () => {
  service = await startRecordingService();
});
afterEach(() => service.close());

const firing = notificationOf([{ labels: { alertname: 'X', severity: 'critical' } }]);
const resolved = notificationOf([{ labels: { alertname: 'X' }, status: 'resolved' }]);
const LABEL = `ALERT{${createHash('sha256').update(firing.groupKey).digest('hex')}}`;
const block = (more = '', version = 2): string => `
api_url: ${service.url}/rest/api/${version}
project: OPS
issue_type: Bug
summary: 's {{ .Status }}'
description: 'd'
priority: High
http_config: { basic_auth: { username: u, password: pat-123456 } }
${more}`;

interface World {
  readonly found?: { readonly key: string; readonly category: string };
  readonly transitions?: readonly object[];
}

/** A small Jira. */
function serve({ found, transitions = [] }: World): void {
  const issue = { key: found?.key, fields: { status: { statusCategory: { key: found?.category } } } };
  service.answer(({ method, path }): Reply => {
    if (path.includes('/search')) return { body: { issues: found === undefined ? [] : [issue] } };
    if (path.endsWith('/transitions')) return method === 'GET' ? { body: { transitions } } : { status: 204 };
    return method === 'PUT' ? { status: 204 } : { status: 201, body: { key: 'OPS-7' } };
  });
}

const calls = (): string[] => service.requests.map(({ method, path }) => `${method} ${path}`);
const bodyOf = (request: RecordedRequest | undefined) =>
  request?.json as { jql: string; fields: Record<string, unknown> };

describe('Jira', () => {
  it('makes an issue when there is none', async () => {
    serve({});
    const yaml = block(`
labels: [alerts, '{{ .CommonLabels.severity }}']
fields: { components: [{ name: '{{ .Receiver }}' }], customfield_1: text, customfield_2: 5 }`);
    expect(await rehearse(jira, yaml, firing)).toEqual([{ ok: true, detail: 'created OPS-7' }]);
    expect(calls()).toEqual(['POST /rest/api/2/search', 'POST /rest/api/2/issue']);
    const [search, create] = service.requests;
    expect(search?.json).toEqual({
      jql: `statusCategory != Done and project="OPS" and labels="${LABEL}" order by status ASC,resolutiondate DESC`,
      maxResults: 2,
      fields: ['status'],
    });
    expect(search?.headers.authorization).toBe(`Basic ${Buffer.from('u:pat-123456').toString('base64')}`);
    expect(create?.json).toEqual({
      fields: {
        components: [{ name: 'team-x' }],
        customfield_1: 'text',
        customfield_2: 5,
        project: { key: 'OPS' },
        issuetype: { name: 'Bug' },
        summary: 's firing',
        description: 'd',
        labels: [LABEL, 'alerts', 'critical'],
        priority: { name: 'High' },
      },
    });
  });

  it('does not ask for a second issue when the answer cannot be read', async () => {
    service.answer(({ path }) => (path.endsWith('/search') ? { body: { issues: [] } } : { status: 201 }));
    expect(await rehearse(jira, block(), firing)).toEqual([{ ok: true, detail: 'created issue' }]);
  });

  it('makes none for what has ended already', async () => {
    serve({});
    expect(await rehearse(jira, block(), resolved)).toEqual([{ ok: true, detail: 'no issue to resolve' }]);
    expect(calls()).toEqual(['POST /rest/api/2/search']);
  });

  it('changes the issue that there is, without what is not to be changed', async () => {
    serve({ found: { key: 'OPS-3', category: 'new' } });
    const yaml = block().replace("summary: 's {{ .Status }}'", 'summary: { template: s, enable_update: false }');
    expect(await rehearse(jira, yaml, firing)).toEqual([{ ok: true, detail: 'updated OPS-3' }]);
    expect(calls()).toEqual(['POST /rest/api/2/search', 'PUT /rest/api/2/issue/OPS-3']);
    expect(bodyOf(service.last()).fields).not.toHaveProperty('summary');
    expect(bodyOf(service.last()).fields).toHaveProperty('description', 'd');
  });

  it('resolves it by the transition of that name', async () => {
    const transitions = [
      { id: '11', name: 'Start' },
      { id: '31', name: 'Resolve' },
    ];
    serve({ found: { key: 'OPS-3', category: 'new' }, transitions });
    const outcomes = await rehearse(jira, block('resolve_transition: Resolve'), resolved);
    expect(outcomes).toEqual([{ ok: true, detail: 'resolved OPS-3' }]);
    expect(calls().slice(2)).toEqual([
      'GET /rest/api/2/issue/OPS-3/transitions',
      'POST /rest/api/2/issue/OPS-3/transitions',
    ]);
    expect(service.last().json).toEqual({ transition: { id: '31' } });
    expect(await rehearse(jira, block('resolve_transition: Nope'), resolved)).toMatchObject([
      { ok: false, retryable: false, error: "can't find transition Nope for issue OPS-3" },
    ]);
  });

  it('opens it again within the time for that', async () => {
    serve({ found: { key: 'OPS-3', category: 'done' }, transitions: [{ id: '5', name: 'Reopen' }] });
    const yaml = block('reopen_transition: Reopen\nreopen_duration: 1h\nwont_fix_resolution: Wont');
    expect(await rehearse(jira, yaml, firing)).toEqual([{ ok: true, detail: 'opened OPS-3' }]);
    expect(bodyOf(service.requests[0]).jql).toBe(
      `resolution != "Wont" and (resolutiondate is EMPTY OR resolutiondate >= -60m) and project="OPS" and labels="${LABEL}" order by status ASC,resolutiondate DESC`,
    );
  });

  it('speaks version 3 with documents', async () => {
    serve({});
    await rehearse(jira, block('api_type: cloud', 3), firing);
    expect(calls()).toEqual(['POST /rest/api/3/search/jql', 'POST /rest/api/3/issue']);
    expect(bodyOf(service.last()).fields.description).toEqual({
      version: 1,
      type: 'doc',
      content: [{ type: 'paragraph', content: [{ type: 'text', text: 'd' }] }],
    });
    await rehearse(jira, block('', 3).replace("description: 'd'", `description: '{"version":1,"type":"doc"}'`), firing);
    expect(bodyOf(service.last()).fields.description).toEqual({ version: 1, type: 'doc' });
    const [outcome] = await rehearse(jira, block('', 3).replace("description: 'd'", "description: '{x'"), firing);
    expect(outcome).toMatchObject({ ok: false, retryable: false });
  });

  it('keeps to the limits', async () => {
    serve({});
    const yaml = block()
      .replace(/summary: .*/, `summary: ${'x'.repeat(256)}`)
      .replace(/description: .*/, `description: ${'y'.repeat(32_768)}`);
    await rehearse(jira, yaml, firing);
    const { summary, description } = bodyOf(service.last()).fields as { summary: string; description: string };
    expect([summary.length, description.length]).toEqual([255, 32_767]);
  });

  it.each([
    [429, true],
    [503, true],
    [400, false],
    [401, false],
  ])('status %i is retryable: %s', async (status, retryable) => {
    service.answer(() => ({ status, body: { errorMessages: ['no'] } }));
    expect(await rehearse(jira, block(), firing)).toMatchObject([{ ok: false, retryable }]);
  });
});

describe('the block of Jira', () => {
  const url = 'api_url: "http://j/rest/api/2"';
  it.each([
    [`{${url}, issue_type: Bug}`, 'missing project in jira_config'],
    [`{${url}, project: P}`, 'missing issue_type in jira_config'],
    ['{project: P, issue_type: Bug}', 'no global Jira Cloud URL set'],
    [
      `{${url}, project: P, issue_type: Bug, api_type: server}`,
      'unknown api_type on jira_config, must be auto, cloud or datacenter',
    ],
  ])('%s: %s', (yaml, message) => {
    expect(readBlock(jira, yaml).errors).toEqual([message]);
  });

  it('takes labels as a list or as a map', () => {
    const base = `${url}, project: P, issue_type: Bug`;
    expect(readBlock(jira, `{${base}, labels: [a]}`).config?.labels).toEqual({ values: ['a'], enableUpdate: true });
    expect(readBlock(jira, `{${base}, labels: {values: [a], enable_update: false}}`).config?.labels).toEqual({
      values: ['a'],
      enableUpdate: false,
    });
  });
});
