import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordingService } from '../recording-service.ts';
import { startRecordingService } from '../recording-service.ts';
import { notificationOf, readBlock, rehearse } from '../rehearse.ts';
import { opsgenie } from './opsgenie.ts';

let service: RecordingService;
beforeEach(async () => {
  service = await startRecordingService();
  service.answer(() => ({ status: 202, body: { result: 'Request will be processed', took: 0.3 } }));
});
afterEach(() => service.close());

const GROUP_KEY = '{}:{alertname="HighErrorRate"}';
const ALIAS = createHash('sha256').update(GROUP_KEY).digest('hex');
const firing = notificationOf([
  { labels: { alertname: 'HighErrorRate', service: 'order', instance: 'a', team: 'core,edge' } },
  { labels: { alertname: 'HighErrorRate', service: 'order', instance: 'b', team: 'core,edge' } },
]);
const resolved = notificationOf([{ labels: { alertname: 'HighErrorRate' }, status: 'resolved' }]);

const block = (more = ''): string => `
api_url: ${service.url}/api
api_key: key-1234567
message: '{{ .CommonLabels.service }} is failing'
description: 'd {{ len .Alerts }}'
source: 'src <a&b>'
${more}`;

describe('OpsGenie', () => {
  it('creates an alert with the common labels as details', async () => {
    const yaml = block(`
details: { Zone: '{{ .Receiver }}', service: overridden }
responders:
  - { name: '{{ .CommonLabels.team }}', type: teams }
  - { id: r1, type: '{{ "user" }}' }
  - { name: '{{ .CommonLabels.nobody }}', type: '{{ .CommonLabels.nothing }}' }
tags: 'a,,b '
actions: restart
note: n
priority: P1
entity: e`);
    expect(await rehearse(opsgenie, yaml, firing)).toEqual([{ ok: true, detail: 'created: status 202' }]);
    const request = service.last();
    expect([request.method, request.path]).toEqual(['POST', '/api/v2/alerts']);
    expect(request.headers.authorization).toBe('GenieKey key-1234567');
    expect(request.headers['content-type']).toBe('application/json');
    expect(request.json).toEqual({
      alias: ALIAS,
      message: 'order is failing',
      description: 'd 2',
      details: { Zone: 'team-x', alertname: 'HighErrorRate', service: 'overridden', team: 'core,edge' },
      source: 'src <a&b>',
      responders: [
        { name: 'core', type: 'team' },
        { name: 'edge', type: 'team' },
        { id: 'r1', type: 'user' },
      ],
      tags: ['a', 'b'],
      note: 'n',
      priority: 'P1',
      entity: 'e',
      actions: ['restart'],
    });
    expect(request.text).toContain('"source":"src \\u003ca\\u0026b\\u003e"');
  });

  it('closes the alert when all have ended', async () => {
    expect(await rehearse(opsgenie, block(), resolved)).toEqual([{ ok: true, detail: 'closed: status 202' }]);
    const request = service.last();
    expect(request.path).toBe(`/api/v2/alerts/${ALIAS}/close`);
    expect(request.query.get('identifierType')).toBe('alias');
    expect(request.json).toEqual({ source: 'src <a&b>' });
  });

  it('changes message and description where it is asked to', async () => {
    await rehearse(opsgenie, block('update_alerts: true'), firing);
    expect(service.requests.map(({ method, path, json }) => ({ method, path, json })).slice(1)).toEqual([
      { method: 'PUT', path: `/api/v2/alerts/${ALIAS}/message`, json: { message: 'order is failing' } },
      { method: 'PUT', path: `/api/v2/alerts/${ALIAS}/description`, json: { description: 'd 2' } },
    ]);
  });

  it('cuts the message at 130 characters', async () => {
    await rehearse(opsgenie, `${block()}`.replace(/message: .*/, `message: '${'警'.repeat(131)}'`), firing);
    const { message } = service.last().json as { message: string };
    expect(Array.from(message)).toHaveLength(130);
    expect(message.endsWith('警…')).toBe(true);
  });

  it.each([
    [429, true],
    [500, true],
    [422, false],
    [401, false],
  ])('status %i is retryable: %s', async (status, retryable) => {
    service.answer(() => ({ status, body: 'no' }));
    expect(await rehearse(opsgenie, block(), firing)).toMatchObject([{ ok: false, retryable }]);
  });

  it('reads the key from a file, and a template in it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'opsgenie-'));
    const file = join(folder, 'key');
    await writeFile(file, '  file-{{ .Receiver }}\n');
    await rehearse(opsgenie, block().replace('api_key: key-1234567', `api_key_file: ${file}`), firing);
    expect(service.last().headers.authorization).toBe('GenieKey file-team-x');
    await rm(folder, { recursive: true });
    const [outcome] = await rehearse(
      opsgenie,
      block().replace('api_key: key-1234567', `api_key_file: ${file}`),
      firing,
    );
    expect(outcome).toMatchObject({ ok: false, retryable: false, error: expect.stringContaining('could not read') });
  });

  it('fails for good on a template that cannot be executed', async () => {
    const [outcome] = await rehearse(opsgenie, block('note: \'{{ template "nope" . }}\''), firing);
    expect(outcome).toMatchObject({ ok: false, retryable: false });
    expect(service.requests).toHaveLength(0);
  });
});

describe('the block of OpsGenie', () => {
  it.each([
    ['{}', 'no global OpsGenie API Key set either inline or in a file'],
    ['{api_key: abcd, api_key_file: /f}', 'at most one of api_key & api_key_file must be configured'],
    [
      '{api_key: abcd, responders: [{type: team}]}',
      'opsGenieConfig responder {   team} has to have at least one of id, username or name specified',
    ],
    [
      '{api_key: abcd, responders: [{name: x, type: wrong}]}',
      'opsGenieConfig responder { x  wrong} type does not match valid options ^(team|teams|user|escalation|schedule)$',
    ],
  ])('%s: %s', (yaml, message) => {
    expect(readBlock(opsgenie, yaml).errors).toEqual([message]);
  });

  it('takes the key from global, unless it has its own file', () => {
    const global = { opsgenieApiKey: 'global-key' };
    expect(readBlock(opsgenie, '{}', global).config).toMatchObject({ apiKey: 'global-key' });
    const own = readBlock(opsgenie, '{api_key_file: /own}', global).config;
    expect(own).toMatchObject({ apiKeyFile: '/own' });
    expect(own).not.toHaveProperty('apiKey');
  });

  it('is off while its key is a placeholder', () => {
    const { config, errors, warnings } = readBlock(opsgenie, '{api_key: <opsgenie-key>}');
    expect([config, errors]).toEqual([undefined, []]);
    expect(warnings).toEqual([expect.stringContaining('<opsgenie-key> is a placeholder')]);
  });
});
