import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExplainData, NotificationData, RehearsalData, RehearsalSideData } from '@petrel/api/contract/alerting.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runExplain } from './explain.ts';
import { runLint } from './lint.ts';
import { rehearsalText } from './rehearsal-text.ts';
import { runRehearse } from './rehearse.ts';

interface Asked {
  readonly path: string;
  readonly params: URLSearchParams;
  readonly body: string;
}

let folder = '';
let server: Server | undefined;
let asked: Asked[] = [];
let out = '';
let errors = '';

/** A server that answers with a text, whatever it is asked. */
async function serve(answer: string, status = 200): Promise<string> {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://x');
      asked.push({ path: url.pathname, params: url.searchParams, body });
      response.writeHead(status).end(answer);
    });
  });
  const listening = server;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'petrel-'));
  asked = [];
  out = '';
  errors = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    errors += String(text);
    return true;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
  const closing = server;
  server = undefined;
  if (closing !== undefined) await new Promise((resolve) => closing.close(resolve));
});

const NOTIFICATION: NotificationData = {
  time: '2026-03-02T12:00:30.000Z',
  receiver: 'team',
  integrations: ['slack[0]'],
  groupLabels: { alertname: 'Busy' },
  reason: 'first_notification',
  firing: [{ alertname: 'Busy' }],
  resolved: [],
};
const QUIET: RehearsalSideData = {
  alerts: 0,
  groups: 0,
  notifications: [],
  rules: [],
  perReceiverHour: {},
  suppressed: [],
};
const RESULT: RehearsalData = {
  from: '2026-03-01T00:00:00.000Z',
  to: '2026-03-08T00:00:00.000Z',
  tookMs: 1234,
  proposed: {
    alerts: 2,
    groups: 1,
    notifications: [NOTIFICATION],
    rules: [{ name: 'Busy', fired: 2, firingMs: 7_200_000, notifications: 1 }],
    perReceiverHour: { team: { '2026-03-02T12:00:00.000Z': 1 } },
    suppressed: [
      { labels: { alertname: 'Busy' }, time: '2026-03-02T12:00:00.000Z', reason: 'ended_before_notification' },
    ],
  },
  current: QUIET,
  difference: {
    gained: [NOTIFICATION],
    lost: [],
    moved: [{ before: NOTIFICATION, after: { ...NOTIFICATION, receiver: 'oncall' } }],
  },
  warnings: ['receiver "x" has no integration that is on'],
};

describe('petrel explain', () => {
  const data: ExplainData = {
    at: '2026-03-02T12:00:00.000Z',
    candidates: [],
    notes: [],
    alert: {
      fingerprint: '0123456789abcdef',
      labels: { alertname: 'Busy' },
      annotations: {},
      state: 'firing',
      verdict: 'Busy had been firing.',
      rule: { name: 'Busy', group: 'g', file: 'rules.yml', expr: 'load > 5', forMs: 60_000 },
      receivers: [
        {
          receiver: 'team',
          routeId: '{}',
          groupKey: '{}',
          reached: true,
          reason: 'notified',
          text: 'team was told.',
          attempts: [],
        },
      ],
      entries: [],
    },
  };

  it('puts the verdict first', async () => {
    const url = await serve(JSON.stringify({ status: 'success', data }));
    expect(await runExplain([url, 'Busy', '--at', '-1h', '--receiver', 'team', '--lang', 'zh'])).toBe(0);
    expect(asked[0]?.path).toBe('/api/v1/petrel/explain');
    expect(Object.fromEntries(asked[0]?.params ?? [])).toEqual({
      alert: 'Busy',
      at: '-1h',
      receiver: 'team',
      lang: 'zh',
    });
    expect(out).toMatch(/^Busy had been firing\.\n\nrule {6}Busy \(rules\.yml, group g\)\n {10}load > 5, for 60s\n/);
    expect(out).toContain('receiver  team: reached (notified)');
  });

  it('fails when nothing is known, and says why', async () => {
    const url = await serve(
      JSON.stringify({ status: 'success', data: { ...data, alert: undefined, notes: ['No rule is named X.'] } }),
    );
    expect(await runExplain([url, 'X'])).toBe(1);
    expect(out).toBe('No rule is named X.\n');
    expect(await runExplain([])).toBe(1);
  });
});

describe('petrel rehearse', () => {
  const lines = [
    { event: 'progress', done: 1, total: 2, doing: 'x' },
    { event: 'result', result: RESULT },
  ];
  const stream = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;

  it('sends files and prints a table and what differs', async () => {
    const url = await serve(stream);
    const rules = file('rules.yml', 'groups: []');
    expect(await runRehearse([url, '--rules', rules, '--from', '-7d'])).toBe(0);
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      from: '-7d',
      to: 'now',
      rules: [{ name: rules, text: 'groups: []' }],
    });
    expect(out).toBe(rehearsalText(RESULT));
    expect(out).toContain('receiver  03-02  total\nteam      1 (0)  1 (0)');
    expect(out).toContain('gained 1, lost 0, moved 1');
    expect(out).toContain('  + 2026-03-02 12:00:30 team {alertname="Busy"} 1 firing (first notification)');
    expect(out).toContain('  Busy: fired 2 (0), 2.0 h in all, notifications 1 (0)');
  });

  it('fails a build for pages that are gained, when asked to', async () => {
    const url = await serve(stream);
    expect(await runRehearse([url, '--fail-on-gained', '--format', 'json'])).toBe(3);
    expect(JSON.parse(out)).toEqual(RESULT);
  });

  it('says what went wrong', async () => {
    const url = await serve(`${JSON.stringify({ event: 'error', error: 'too much', code: 'QUERY_LIMIT' })}\n`);
    expect(await runRehearse([url])).toBe(1);
    expect(errors).toContain('petrel: too much');
    expect(await runRehearse([url, '--rules', join(folder, 'none.yml')])).toBe(1);
    expect(errors).toContain('none.yml cannot be read');
  });
});

describe('petrel lint', () => {
  const finding = {
    check: 'c',
    severity: 'warning',
    file: 'a.yml',
    line: 3,
    column: 5,
    subject: 'A',
    message: 'm',
    suggestion: 's',
  };
  const answer = (findings: object[]) =>
    JSON.stringify({ status: 'success', data: { findings, checked: { rules: 1, routes: 2, receivers: 3 } } });

  it('prints what a server finds', async () => {
    const url = await serve(answer([finding]));
    expect(await runLint([url])).toBe(0);
    expect(out).toBe('a.yml:3:5: warning: A: m; s [c]\n1 rules, 2 routes and 3 receivers looked at: 1 warning\n');
    expect(await runLint([url, '--fail-on-warning'])).toBe(3);
  });

  it('fails for errors', async () => {
    const url = await serve(answer([{ ...finding, severity: 'error' }]));
    const rules = file('rules.yml', 'groups: []');
    expect(await runLint([url, '--rules', rules])).toBe(1);
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ rules: [{ name: rules, text: 'groups: []' }] });
  });

  it('looks at files alone where no server answers', async () => {
    vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('fetch failed'));
    const rules = file('rules.yml', 'groups: [{name: g, rules: [{alert: A, expr: "rate(x[5m]) < 0"}]}]');
    expect(await runLint(['--rules', rules])).toBe(1);
    expect(errors).toContain('no server answers');
    expect(out).toContain('[comparison-never-true]');
    expect(await runLint(['--rules', file('bad.yml', 'groups: [{name: g, rules: [{alert: A, expr: "((("}]}]')])).toBe(
      1,
    );
    expect(errors).toContain('bad.yml:1:');
    expect(await runLint(['http://127.0.0.1:1', '--rules', rules])).toBe(1);
    expect(errors).toContain('does not answer');
  });
});
