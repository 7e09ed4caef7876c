import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMessage } from '../message-data.ts';
import type { RecordingService } from '../recording-service.ts';
import { startRecordingService } from '../recording-service.ts';
import type { AlertSketch } from '../rehearse.ts';
import { EXTERNAL_URL, NOW_MS, notificationOf, readBlock, rehearsalTools, rehearse } from '../rehearse.ts';
import { feishu } from './feishu.ts';
import type { FeishuCard } from './feishu-card.ts';
import type { FeishuPayload } from './feishu-payload.ts';
import { feishuPayload, feishuSign } from './feishu-payload.ts';

let service: RecordingService;
beforeEach(async () => {
  service = await startRecordingService();
  service.answer(() => ({ body: { code: 0, msg: 'success', data: {} } }));
});
afterEach(() => service.close());

const ALERT: AlertSketch = {
  labels: { alertname: 'HighErrorRate', service: 'order', severity: 'critical' },
  annotations: {
    summary: '错误率过高: 12%',
    description: '订单服务错误率超过5%',
    value: '12%',
    impact: '用户无法下单',
    action: '回滚最近一次发布',
    runbook_url: 'https://wiki.example.com/runbook',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  },
  generatorUrl: 'http://prometheus/graph?g0.expr=up',
};
const ended: AlertSketch = { ...ALERT, status: 'resolved' };
const block = (more = ''): string => `url: ${service.url}/open-apis/bot/v2/hook/0f3a1c2e-aaaa\n${more}`;
const sent = (): FeishuPayload => service.last().json as FeishuPayload;

function textsOf(card: FeishuCard): string {
  return card.elements.map((element) => String(element.content ?? '')).join('\n');
}

function buttonsOf(card: FeishuCard): [label: string, url: string][] {
  const row = card.elements.find(({ tag }) => tag === 'action') as
    | { actions: { text: { content: string }; url: string }[] }
    | undefined;
  return (row?.actions ?? []).map(({ text, url }) => [text.content, url]);
}

describe('a card for Feishu', () => {
  it('tells first what has happened, then what to do, in Chinese', async () => {
    const outcomes = await rehearse(feishu, block(), notificationOf([ALERT]), { language: 'zh' });
    expect(outcomes).toEqual([{ ok: true, detail: 'code 0: status 200' }]);
    expect([service.last().method, service.last().path]).toEqual(['POST', '/open-apis/bot/v2/hook/0f3a1c2e-aaaa']);
    const { msg_type: type, card, sign } = sent();
    expect([type, sign, card.header.template]).toEqual(['interactive', undefined, 'red']);
    expect(card.header.title.content).toBe('[告警中:1] 错误率过高: 12%');
    const text = textsOf(card);
    const order = [
      '告警中',
      '错误率过高: 12%',
      '当前值：',
      '影响：',
      '用户无法下单',
      '处理建议：',
      '回滚最近一次发布',
      '开始时间：',
      '标签：',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect(buttonsOf(card).map(([label]) => label)).toEqual(['处理手册', '图表', '日志', '链路', '静默', '全部告警']);
    expect(buttonsOf(card).map(([, url]) => url)).toEqual([
      'https://wiki.example.com/runbook',
      'http://prometheus/graph?g0.expr=up',
      expect.stringContaining(`${EXTERNAL_URL}/explore/logs`),
      `${EXTERNAL_URL}/explore/traces/4bf92f3577b34da6a3ce929d0e0e4736`,
      expect.stringContaining(`${EXTERNAL_URL}/alerts/silences/new`),
      `${EXTERNAL_URL}/alerts?receiver=team-x`,
    ]);
  });

  it('is green when all have ended, offers no silence and calls nobody', async () => {
    await rehearse(feishu, block('at_all: true'), notificationOf([ended]));
    const { card } = sent();
    expect(card.header.template).toBe('green');
    expect(textsOf(card)).toContain('Resolved (1)');
    expect(textsOf(card)).toContain('🟢');
    expect(JSON.stringify(card)).not.toContain('silences/new');
    expect(JSON.stringify(card)).not.toContain('<at ');
  });

  it.each([
    [{ severity: 'critical' }, 'red'],
    [{ severity: 'error' }, 'orange'],
    [{ severity: 'warning', priority: 'P0' }, 'yellow'],
    [{ priority: 'P0' }, 'red'],
    [{ priority: 'P3' }, 'blue'],
    [{ severity: 'info' }, 'blue'],
    [{}, 'orange'],
  ])('%j is %s', async (labels, color) => {
    await rehearse(feishu, block(), notificationOf([{ labels: { alertname: 'X', ...labels } }]));
    expect(sent().card.header.template).toBe(color);
  });

  it('shows firing ones first, each with its links, and how many more there are', async () => {
    const many = Array.from({ length: 7 }, (_, i) => ({ ...ALERT, labels: { ...ALERT.labels, instance: `i${i}` } }));
    await rehearse(feishu, block('max_alerts: 3'), notificationOf([ended, ...many]));
    const text = textsOf(sent().card);
    expect(text.match(/🔴/g)).toHaveLength(3);
    expect(text.match(/\[Silence\]\(/g)).toHaveLength(3);
    expect(text).toContain('Firing (7)');
    expect(text).toContain('+4 more');
    expect(text.indexOf('Firing (7)')).toBeLessThan(text.indexOf('Resolved (1)'));
    expect(text).toContain('+1 more');
    expect(sent().card.header.title.content).toBe('[FIRING:7] 错误率过高: 12%');
    expect(buttonsOf(sent().card).map(([label]) => label)).toEqual(['All alerts']);
  });

  it('lets nothing out of an alert become markup', async () => {
    const evil = '<at id=all></at> **x** [click](http://evil)';
    await rehearse(feishu, block(), notificationOf([{ labels: { alertname: 'X' }, annotations: { summary: evil } }]));
    const text = textsOf(sent().card);
    expect(text).toContain('&#60;at id=all&#62;&#60;/at&#62; &#42;&#42;x&#42;&#42; &#91;click&#93;(http://evil)');
    expect(text).not.toContain('<at');
  });

  it('mentions people while something fires', async () => {
    await rehearse(feishu, block("at: ['ou_18eac8', '{{ .CommonLabels.nobody }}']"), notificationOf([ALERT]));
    expect(textsOf(sent().card)).toContain('<at id=ou_18eac8></at>');
    await rehearse(feishu, block("at: ['ou_18eac8']\nat_all: true"), notificationOf([ALERT]));
    expect(textsOf(sent().card)).toContain('<at id=all></at>');
  });

  it("adds the bot's keyword only where it is missing", async () => {
    await rehearse(feishu, block('keyword: 监控报警'), notificationOf([ALERT]));
    expect(sent().card.elements.at(-1)).toEqual({
      tag: 'note',
      elements: [{ tag: 'plain_text', content: '监控报警' }],
    });
    await rehearse(feishu, block('keyword: 错误率'), notificationOf([ALERT]));
    expect(sent().card.elements.at(-1)).toMatchObject({ tag: 'action' });
  });

  it("shows the user's own text instead", async () => {
    await rehearse(feishu, block("title: T\ntext: '**{{ len .Alerts }}** alerts'"), notificationOf([ALERT]));
    expect(sent().card.header.title.content).toBe('T');
    expect(textsOf(sent().card)).toBe('**1** alerts\n');
  });
});

describe("Feishu's signature", () => {
  it('is HMAC-SHA256 over nothing, keyed by timestamp and secret', async () => {
    await rehearse(feishu, block('secret: bot-secret-1'), notificationOf([ALERT]));
    const seconds = Math.floor(NOW_MS / 1000);
    const expected = createHmac('sha256', Buffer.from(`${seconds}\nbot-secret-1`)).digest('base64');
    expect(sent()).toMatchObject({ timestamp: String(seconds), sign: expected });
  });

  it('agrees with a value computed elsewhere', () => {
    // printf '' | openssl dgst -sha256 -hmac $'1599360473\ndemo' -binary | base64
    expect(feishuSign('demo', '1599360473')).toBe('l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=');
  });
});

describe("Feishu's answers", () => {
  it.each([
    [{ body: { StatusCode: 0, StatusMessage: 'success' } }, { ok: true }],
    [{ body: { code: 19021, msg: 'sign match fail' } }, { ok: false, retryable: false }],
    [{ body: { code: 19024, msg: 'Key Words Not Found' } }, { ok: false, retryable: false }],
    [{ body: { code: 11232, msg: 'frequency limited' } }, { ok: false, retryable: true }],
    [
      { status: 400, body: { code: 99991400, msg: 'request trigger frequency limit' } },
      { ok: false, retryable: true },
    ],
    [
      { status: 400, body: { code: 9499, msg: 'Bad Request' } },
      { ok: false, retryable: false },
    ],
    [{ status: 429 }, { ok: false, retryable: true }],
    [
      { status: 502, body: 'bad gateway' },
      { ok: false, retryable: true },
    ],
    [
      { status: 404, body: 'not found' },
      { ok: false, retryable: false },
    ],
    [{ body: '<html>' }, { ok: false, retryable: true }],
    [{ body: {} }, { ok: false, retryable: false }],
  ])('%j: %j', async (reply, expected) => {
    service.answer(() => reply);
    expect(await rehearse(feishu, block(), notificationOf([ALERT]))).toMatchObject([expected]);
  });
});

describe("Feishu's limits", () => {
  const { config } = readBlock(feishu, '{url: "http://x", secret: abcd, keyword: 警, max_alerts: 100}');
  const tools = rehearsalTools({ language: 'zh' });

  it('keeps every body below 20 KB, with a card that the bot can read', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 3000 }),
      fc.constantFrom('警'.repeat(4000), '<&>'.repeat(3000), '"\\\n'.repeat(900)),
    );
    const alert = fc.record({
      labels: fc.record({ alertname: fc.constant('X'), severity: fc.constantFrom('critical', 'x'), a: text }),
      annotations: fc.record({ summary: text, description: text, impact: text, action: text, runbook: text }),
      status: fc.constantFrom('firing' as const, 'resolved' as const),
    });
    fc.assert(
      fc.property(fc.array(alert, { minLength: 1, maxLength: 40 }), (alerts) => {
        const message = createMessage(notificationOf(alerts), tools);
        if (config === undefined) throw new Error('the block does not load');
        const payload = feishuPayload(config, message, { externalUrl: EXTERNAL_URL, secret: 'abcd', nowMs: NOW_MS });
        const body = JSON.stringify(payload);
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_480);
        expect(JSON.parse(body)).toEqual(payload);
        expectCard(payload.card);
      }),
      { numRuns: 15 },
    );
  });
});

/** What Feishu's documentation says of a card: known tags, a title in plain text, links that are URLs, at least one element. */
function expectCard({ header, elements }: FeishuCard): void {
  expect(['red', 'orange', 'yellow', 'blue', 'green']).toContain(header.template);
  expect(header.title.tag).toBe('plain_text');
  expect(elements.length).toBeGreaterThan(0);
  for (const element of elements) {
    expect(['markdown', 'hr', 'action', 'note']).toContain(element.tag);
    if (element.tag === 'markdown') expect(typeof element.content).toBe('string');
    if (element.tag !== 'action') continue;
    for (const { tag, text, url } of element.actions as { tag: string; text: { tag: string }; url: string }[]) {
      expect([tag, text.tag, URL.canParse(url)]).toEqual(['button', 'plain_text', true]);
    }
  }
}

describe('the block of Feishu', () => {
  it.each([
    ['{}', 'one of url or url_file must be configured'],
    ['{url: "http://x", url_file: f}', 'at most one of url & url_file must be configured'],
    ['{url: "http://x", secret: abcd, secret_file: f}', 'at most one of secret & secret_file must be configured'],
    ['{url: "http://x", max_alerts: 0}', '0 is less than 1'],
  ])('%s: %s', (yaml, message) => {
    expect(readBlock(feishu, yaml).errors).toEqual([message]);
  });

  it('is off while its webhook is a placeholder', () => {
    expect(readBlock(feishu, "{url: '<feishu-webhook>'}")).toMatchObject({ config: undefined, errors: [] });
  });
});
