import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMessage } from '../message-data.ts';
import type { RecordingService } from '../recording-service.ts';
import { startRecordingService } from '../recording-service.ts';
import type { AlertSketch } from '../rehearse.ts';
import { EXTERNAL_URL, NOW_MS, notificationOf, readBlock, rehearsalTools, rehearse } from '../rehearse.ts';
import { dingtalk } from './dingtalk.ts';
import type { DingtalkPayload } from './dingtalk-payload.ts';
import { dingtalkPayload, signedDingtalkUrl } from './dingtalk-payload.ts';

let service: RecordingService;
beforeEach(async () => {
  service = await startRecordingService();
  service.answer(() => ({ body: { errcode: 0, errmsg: 'ok' } }));
});
afterEach(() => service.close());

const ALERT: AlertSketch = {
  labels: { alertname: 'ServiceDown', service: 'order', severity: 'critical', priority: 'P0' },
  annotations: {
    summary: '服务宕机',
    value: '0',
    impact: '无法下单',
    action: '重启实例',
    description: '已宕机超过1分钟',
  },
  generatorUrl: 'http://prometheus/graph?g0.expr=(up)',
};
const ended: AlertSketch = { ...ALERT, status: 'resolved' };
const block = (more = ''): string => `url: ${service.url}/robot/send?access_token=aaaa1111bbbb\n${more}`;

interface Sent {
  msgtype: string;
  markdown: { title: string; text: string };
  actionCard: { title: string; text: string; btnOrientation: string; btns: { title: string; actionURL: string }[] };
  at: { atMobiles: string[]; atUserIds: string[]; isAtAll: boolean };
}
const sent = (): Sent => service.last().json as Sent;

describe('a message for DingTalk', () => {
  it('tells first what has happened, then what to do, in Chinese', async () => {
    const outcomes = await rehearse(
      dingtalk,
      block("title: '{{ .CommonLabels.alertname }}'"),
      notificationOf([ALERT]),
      {
        language: 'zh',
      },
    );
    expect(outcomes).toEqual([{ ok: true, detail: 'errcode 0: status 200' }]);
    const { method, path, query } = service.last();
    expect([method, path, [...query]]).toEqual(['POST', '/robot/send', [['access_token', 'aaaa1111bbbb']]]);
    const { msgtype, markdown, at } = sent();
    expect([msgtype, markdown.title]).toEqual(['markdown', 'ServiceDown']);
    expect(at).toEqual({ atMobiles: [], atUserIds: [], isAtAll: false });
    const order = [
      '#d93026',
      'ServiceDown',
      '告警中 (1)',
      '🔴 **服务宕机**',
      '当前值：',
      '影响：',
      '处理建议：',
      '已宕机',
      '开始时间：',
    ];
    const places = order.map((part) => markdown.text.indexOf(part));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect(markdown.text).toContain('[图表](http://prometheus/graph?g0.expr=%28up%29)');
    expect(markdown.text).toContain(`[静默](${EXTERNAL_URL}/alerts/silences/new`);
    expect(markdown.text).toContain(`[全部告警](${EXTERNAL_URL}/alerts?receiver=team-x)`);
  });

  it('has buttons as an action card', async () => {
    await rehearse(dingtalk, block('message_type: actionCard'), notificationOf([ALERT]));
    const { msgtype, actionCard } = sent();
    expect([msgtype, actionCard.btnOrientation]).toEqual(['actionCard', '0']);
    expect(actionCard.btns.map(({ title }) => title)).toEqual(['Graph', 'Logs', 'Silence', 'All alerts']);
    expect(actionCard.text).not.toContain('[Graph](');
    await rehearse(
      dingtalk,
      block('message_type: actionCard'),
      notificationOf([ALERT, { labels: { alertname: 'Y' } }]),
    );
    expect(sent().actionCard.btns.map(({ title }) => title)).toEqual(['All alerts']);
    expect(sent().actionCard.text).toContain('[Graph](');
  });

  it('mentions people by what the text holds, and only while something fires', async () => {
    const yaml = block("at: { mobiles: ['13800001111'], user_ids: ['{{ .CommonLabels.service }}-oncall'], all: true }");
    await rehearse(dingtalk, yaml, notificationOf([ALERT]));
    expect(sent().at).toEqual({ atMobiles: ['13800001111'], atUserIds: ['order-oncall'], isAtAll: true });
    expect(sent().markdown.text).toContain('@13800001111 @order-oncall');
    await rehearse(dingtalk, yaml, notificationOf([ended]));
    expect(sent().at).toEqual({ atMobiles: [], atUserIds: [], isAtAll: false });
    expect(sent().markdown.text).not.toContain('@13800001111');
    expect(sent().markdown.text).toContain('#1e8e3e');
  });

  it('counts what it does not show, and adds the keyword where it is missing', async () => {
    const many = Array.from({ length: 6 }, (_, i) => ({ ...ALERT, labels: { ...ALERT.labels, instance: `i${i}` } }));
    await rehearse(dingtalk, block('max_alerts: 2\nkeyword: 监控报警'), notificationOf(many));
    expect(sent().markdown.text).toContain('+4 more');
    expect(sent().markdown.text.endsWith('\n\n监控报警')).toBe(true);
    await rehearse(dingtalk, block('keyword: 宕机'), notificationOf(many));
    expect(sent().markdown.text.endsWith('宕机')).toBe(false);
  });

  it('lets nothing out of an alert become a link or a tag', async () => {
    const summary = '[click](http://evil) ![p](http://evil) <font color="red">x</font>\n# title';
    await rehearse(
      dingtalk,
      block('title: t'),
      notificationOf([{ labels: { alertname: 'X' }, annotations: { summary } }]),
    );
    const { text } = sent().markdown;
    expect(text).not.toMatch(/\]\(http:\/\/evil/);
    expect(text).not.toContain('<font color="red">');
    expect(text).not.toMatch(/^# title/m);
  });

  it("shows the user's own text instead", async () => {
    await rehearse(dingtalk, block("title: T\ntext: '{{ len .Alerts }} alerts'"), notificationOf([ALERT]));
    expect(sent().markdown.text).toContain('\n\n1 alerts\n\n');
    expect(sent().markdown.text).not.toContain('服务宕机');
  });
});

describe("DingTalk's signature", () => {
  it('signs with the time in milliseconds and takes the access token alone', async () => {
    const yaml = `api_url: ${service.url}/robot/send\naccess_token: 'tok/en+1234'\nsecret: SEC00112233`;
    await rehearse(dingtalk, yaml, notificationOf([ALERT]));
    const { query, path } = service.last();
    const expected = createHmac('sha256', 'SEC00112233').update(`${NOW_MS}\nSEC00112233`).digest('base64');
    expect(path).toBe('/robot/send');
    expect(Object.fromEntries(query)).toEqual({ access_token: 'tok/en+1234', timestamp: `${NOW_MS}`, sign: expected });
  });

  it('agrees with a value computed elsewhere, percent-encoded', () => {
    // printf '1577262236757\nthis is secret' | openssl dgst -sha256 -hmac 'this is secret' -binary | base64
    const { url } = signedDingtalkUrl('https://x/robot/send?access_token=t', 'this is secret', 1577262236757);
    expect(url).toBe(
      `https://x/robot/send?access_token=t&timestamp=1577262236757&sign=${encodeURIComponent('hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM=')}`,
    );
    expect(url.split('sign=')[1]).not.toMatch(/[+/=]/);
  });
});

describe("DingTalk's answers", () => {
  it.each([
    [{ body: { errcode: 130101, errmsg: 'send too fast, exceed 20 times per minute' } }, true],
    [{ body: { errcode: 410100, errmsg: '发送速度太快而限流' } }, true],
    [{ body: { errcode: -1, errmsg: 'system busy' } }, true],
    [{ body: { errcode: 310000, errmsg: 'keywords not in content' } }, false],
    [{ body: { errcode: 300001, errmsg: 'token is not exist' } }, false],
    [{ status: 429 }, true],
    [{ status: 503 }, true],
    [{ status: 400 }, false],
    [{ body: 'no json' }, true],
  ])('%j is retryable: %s', async (reply, retryable) => {
    service.answer(() => reply);
    expect(await rehearse(dingtalk, block(), notificationOf([ALERT]))).toMatchObject([{ ok: false, retryable }]);
  });
});

describe("DingTalk's limits", () => {
  const tools = rehearsalTools({ language: 'zh' });

  it.each(['markdown', 'actionCard'])('keeps every %s below 20000 bytes', (type) => {
    const { config } = readBlock(dingtalk, `{access_token: abcd, max_alerts: 100, message_type: ${type}}`);
    const text = fc.oneof(fc.string({ maxLength: 2000 }), fc.constantFrom('警'.repeat(4000), '<&>'.repeat(3000)));
    const alert = fc.record({
      labels: fc.record({ alertname: fc.constant('X'), a: text }),
      annotations: fc.record({ summary: text, description: text, impact: text }),
      status: fc.constantFrom('firing' as const, 'resolved' as const),
    });
    fc.assert(
      fc.property(fc.array(alert, { minLength: 1, maxLength: 40 }), (alerts) => {
        if (config === undefined) throw new Error('the block does not load');
        const payload: DingtalkPayload = dingtalkPayload(
          config,
          createMessage(notificationOf(alerts), tools),
          EXTERNAL_URL,
        );
        expect(Buffer.byteLength(JSON.stringify(payload))).toBeLessThanOrEqual(20_000);
        const { title, text: shown } = payload.msgtype === 'markdown' ? payload.markdown : payload.actionCard;
        expect([title.length > 0, shown.length > 0]).toEqual([true, true]);
      }),
      { numRuns: 10 },
    );
  });
});

describe('the block of DingTalk', () => {
  it.each([
    ['{}', 'one of url, url_file, access_token, access_token_file must be configured'],
    ['{url: "http://x", access_token: abcd}', 'at most one of url & access_token must be configured'],
    ['{access_token: abcd, secret: abcd, secret_file: f}', 'at most one of secret & secret_file must be configured'],
    ['{access_token: abcd, message_type: text}', 'unknown message type "text"'],
  ])('%s: %s', (yaml, message) => {
    expect(readBlock(dingtalk, yaml).errors).toEqual([message]);
  });

  it('is off while its token is a placeholder', () => {
    expect(readBlock(dingtalk, '{access_token: <dingtalk-token>}')).toMatchObject({ config: undefined, errors: [] });
  });
});
