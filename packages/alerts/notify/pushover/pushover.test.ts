import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordingService } from '../recording-service.ts';
import { startRecordingService } from '../recording-service.ts';
import { notificationOf, readBlock, rehearse } from '../rehearse.ts';
import { pushover } from './pushover.ts';

let service: RecordingService;
beforeEach(async () => {
  service = await startRecordingService();
  service.answer(() => ({ body: { status: 1 } }));
});
afterEach(() => service.close());

const firing = notificationOf([{ labels: { alertname: 'X' } }]);
const resolved = notificationOf([{ labels: { alertname: 'X' }, status: 'resolved' }]);
const block = (more = ''): string => `
user_key: user-1234567
token: token-1234567
title: t
message: '<b>{{ .Receiver }}</b>'
url: http://u
${more}`;
const send = (yaml: string, notification = firing) =>
  rehearse(pushover, yaml, notification, { reroute: { from: 'https://api.pushover.net', to: service.url } });

describe('Pushover', () => {
  it('sends everything as parameters', async () => {
    expect(await send(block('html: true\ndevice: d\nsound: s\nurl_title: ut\nttl: 1h'))).toEqual([
      { ok: true, detail: 'status 200' },
    ]);
    const { method, path, query, text } = service.last();
    expect([method, path, text]).toEqual(['POST', '/1/messages.json', '']);
    expect(Object.fromEntries(query)).toEqual({
      token: 'token-1234567',
      user: 'user-1234567',
      title: 't',
      message: '<b>team-x</b>',
      url: 'http://u',
      url_title: 'ut',
      priority: '2',
      retry: '60',
      expire: '3600',
      device: 'd',
      sound: 's',
      html: '1',
      ttl: '3600',
    });
  });

  it('is of normal priority when all have ended', async () => {
    await send(block(), resolved);
    expect(service.last().query.get('priority')).toBe('0');
    expect(service.last().query.has('html')).toBe(false);
  });

  it('cuts title, message and url, and has something to say', async () => {
    const long = (length: number): string => 'ü'.repeat(length);
    await send(`user_key: abcd\ntoken: abcd\ntitle: ${long(251)}\nmessage: ${long(1025)}\nurl: ${long(513)}`);
    const { query } = service.last();
    expect(['title', 'message', 'url'].map((name) => query.get(name)?.length)).toEqual([250, 1024, 512]);
    await send("user_key: abcd\ntoken: abcd\nmessage: ' '");
    expect(service.last().query.get('message')).toBe('(no details)');
  });

  it.each([
    [500, true],
    [429, true],
    [400, false],
  ])('status %i is retryable: %s', async (status, retryable) => {
    service.answer(() => ({ status, body: { user: 'invalid', status: 0 } }));
    expect(await send(block())).toMatchObject([{ ok: false, retryable }]);
  });
});

describe('the block of Pushover', () => {
  it.each([
    ['{token: abcd}', 'one of user_key or user_key_file must be configured'],
    ['{user_key: abcd}', 'one of token or token_file must be configured'],
    ['{token: abcd, user_key: abcd, user_key_file: f}', 'at most one of user_key & user_key_file must be configured'],
    ['{user_key: abcd, token: abcd, token_file: f}', 'at most one of token & token_file must be configured'],
    [
      '{user_key: abcd, token: abcd, html: true, monospace: true}',
      'at most one of monospace & html must be configured',
    ],
  ])('%s: %s', (yaml, message) => {
    expect(readBlock(pushover, yaml).errors).toEqual([message]);
  });
});
