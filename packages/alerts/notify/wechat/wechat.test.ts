import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedRequest, RecordingService, Reply } from '../recording-service.ts';
import { startRecordingService } from '../recording-service.ts';
import { NOW_MS, notificationOf, readBlock, rehearse } from '../rehearse.ts';
import { wechat } from './wechat.ts';

let service: RecordingService;
beforeEach(async () => {
  service = await startRecordingService();
});
afterEach(() => service.close());

const firing = notificationOf([{ labels: { alertname: 'X' } }]);
const application = (more = ''): string => `
api_url: ${service.url}/cgi-bin
api_secret: secret-123456
corp_id: corp
agent_id: '1000002'
to_user: '@all'
to_party: '{{ .Receiver }}'
message: '{{ .Status }}'
${more}`;
const robot = (more = ''): string =>
  `url: ${service.url}/cgi-bin/webhook/send?key=73febdcb-1b38\nmessage: '{{ .Status }}'\n${more}`;

/** Gives tokens `token-1`, `token-2`, …; `send` answers messages. */
function serve(send: (request: RecordedRequest) => Reply, expiresIn = 7200): void {
  let tokens = 0;
  service.answer((request) =>
    request.path.endsWith('/gettoken')
      ? { body: { errcode: 0, errmsg: 'ok', access_token: `token-${++tokens}`, expires_in: expiresIn } }
      : send(request),
  );
}

describe('an application of WeCom', () => {
  it('asks for a token once and sends with it', async () => {
    serve(() => ({ body: { errcode: 0, errmsg: 'ok' } }));
    const outcomes = await rehearse(wechat, application(), [firing, firing]);
    expect(outcomes).toEqual(Array(2).fill({ ok: true, detail: 'errcode 0: status 200' }));
    const [first, second, third] = service.requests;
    expect([first?.method, first?.path]).toEqual(['GET', '/cgi-bin/gettoken']);
    expect(Object.fromEntries(first?.query ?? [])).toEqual({ corpid: 'corp', corpsecret: 'secret-123456' });
    expect([second?.path, third?.path]).toEqual(Array(2).fill('/cgi-bin/message/send'));
    expect(second?.query.get('access_token')).toBe('token-1');
    expect(second?.json).toEqual({
      text: { content: 'firing' },
      touser: '@all',
      toparty: 'team-x',
      agentid: '1000002',
      safe: '0',
      msgtype: 'text',
    });
  });

  it('asks again when the token has expired by the clock', async () => {
    serve(() => ({ body: { errcode: 0 } }));
    let nowMs = NOW_MS;
    await rehearse(wechat, application(), [firing, firing, firing], {
      nowMs: () => {
        nowMs += 5_000_000;
        return nowMs;
      },
    });
    expect(service.requests.filter(({ path }) => path.endsWith('gettoken'))).toHaveLength(2);
  });

  it('asks again when the server does not take the token any more', async () => {
    let refused = false;
    serve(() => {
      if (refused) return { body: { errcode: 0 } };
      refused = true;
      return { body: { errcode: 42001, errmsg: 'access_token expired' } };
    });
    const outcomes = await rehearse(wechat, application(), [firing, firing]);
    expect(outcomes).toMatchObject([
      { ok: false, retryable: true, error: expect.stringContaining('expired') },
      { ok: true },
    ]);
    expect(service.last().query.get('access_token')).toBe('token-2');
  });

  it('writes Markdown', async () => {
    serve(() => ({ body: { errcode: 0 } }));
    await rehearse(wechat, application('message_type: markdown'), firing);
    expect(service.last().json).toMatchObject({ msgtype: 'markdown', markdown: { content: 'firing' } });
  });

  it.each([
    [{ body: { errcode: 45009, errmsg: 'api freq out of limit' } }, true],
    [{ body: { errcode: -1, errmsg: 'system busy' } }, true],
    [{ body: { errcode: 81013, errmsg: 'user & party & tag all invalid' } }, false],
    [{ status: 502 }, true],
    [{ status: 404 }, true],
    [{ body: 'not json' }, true],
  ])('%j is retryable: %s', async (reply, retryable) => {
    serve(() => reply);
    expect(await rehearse(wechat, application(), firing)).toMatchObject([{ ok: false, retryable }]);
  });

  it('says when the secret is wrong', async () => {
    service.answer(() => ({ body: { errcode: 40001, errmsg: 'invalid credential' } }));
    const [outcome] = await rehearse(wechat, application(), firing);
    expect(outcome).toMatchObject({ ok: false, retryable: false });
    expect((outcome as { error: string }).error).toContain('invalid APISecret for CorpID: corp');
  });
});

describe("WeCom's group robot", () => {
  it('writes a text that mentions people', async () => {
    service.answer(() => ({ body: { errcode: 0, errmsg: 'ok' } }));
    const yaml = robot("mentioned_list: ['wangqing', '@all']\nmentioned_mobile_list: ['13800001111']");
    expect(await rehearse(wechat, yaml, firing)).toEqual([{ ok: true, detail: 'errcode 0: status 200' }]);
    const { method, path, query, json } = service.last();
    expect([method, path, query.get('key')]).toEqual(['POST', '/cgi-bin/webhook/send', '73febdcb-1b38']);
    expect(json).toEqual({
      msgtype: 'text',
      text: { content: 'firing', mentioned_list: ['wangqing', '@all'], mentioned_mobile_list: ['13800001111'] },
    });
  });

  it('mentions people in Markdown by their ids', async () => {
    service.answer(() => ({ body: { errcode: 0 } }));
    await rehearse(wechat, robot("message_type: markdown\nmentioned_list: ['wangqing', '@all', 'li']"), firing);
    expect(service.last().json).toEqual({ msgtype: 'markdown', markdown: { content: 'firing\n<@wangqing> <@li>' } });
  });

  it.each([
    ['text', 2048],
    ['markdown', 4096],
  ])('cuts %s at %i bytes', async (type, limit) => {
    service.answer(() => ({ body: { errcode: 0 } }));
    await rehearse(wechat, robot(`message_type: ${type}`).replace("'{{ .Status }}'", '警'.repeat(2000)), firing);
    const body = service.last().json as Record<string, { content: string }>;
    const bytes = Buffer.byteLength(body[type]?.content ?? '');
    expect(bytes).toBeLessThanOrEqual(limit);
    expect(bytes).toBeGreaterThan(limit - 8);
  });

  it.each([
    [{ body: { errcode: 45009, errmsg: 'api freq out of limit' } }, true],
    [{ body: { errcode: 93000, errmsg: 'invalid webhook url' } }, false],
    [{ status: 500 }, true],
  ])('%j is retryable: %s', async (reply, retryable) => {
    service.answer(() => reply);
    expect(await rehearse(wechat, robot(), firing)).toMatchObject([{ ok: false, retryable }]);
  });
});

describe('the block of WeCom', () => {
  it.each([
    ['{corp_id: c}', 'no global Wechat Api Secret set either inline or in a file'],
    ['{api_secret: abcd}', 'no global Wechat CorpID set'],
    [
      '{corp_id: c, api_secret: abcd, api_secret_file: f}',
      'at most one of api_secret & api_secret_file must be configured',
    ],
    [
      '{corp_id: c, api_secret: abcd, message_type: image}',
      'weChat message type "image" does not match valid options ^(text|markdown)$',
    ],
    ['{url: "http://x", url_file: f}', 'at most one of url & url_file must be configured'],
  ])('%s: %s', (yaml, message) => {
    expect(readBlock(wechat, yaml).errors).toEqual([message]);
  });

  it('needs nothing of an application beside a webhook', () => {
    expect(readBlock(wechat, '{url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"}').errors).toEqual([]);
  });
});
