import { type FakeLogs, fakeLogs } from '@petrel/api/loki/fake-logs.ts';
import { NOW_MS } from '@petrel/api/prometheus/fake-ports.ts';
import { Labels } from '@petrel/model';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runLogs } from './index.ts';
import { lineText } from './line-text.ts';
import { logsOptions } from './options.ts';
import { mistakeText } from './query-mistake.ts';

let logs: FakeLogs;
let url = '';
let out = '';
let errors = '';
const AROUND = ['--from', `${NOW_MS / 1000 - 3600}`, '--to', `${NOW_MS / 1000}`];

function write(
  service: string,
  lines: readonly { readonly line: string; readonly agoMs: number; readonly level?: 'info' | 'error' }[],
) {
  logs.source.write(
    Labels.of({ service_name: service, env: 'prod' }),
    lines.map(({ line, agoMs, level }) => ({
      tsNs: BigInt(NOW_MS - agoMs) * 1_000_000n,
      line,
      receivedMs: NOW_MS,
      ...(level === undefined ? {} : { level }),
    })),
  );
}

beforeEach(async () => {
  logs = fakeLogs();
  url = await logs.app.listen({ port: 0, host: '127.0.0.1' });
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
  await logs.app.close();
});

describe('petrel logs', () => {
  it('prints the newest lines, oldest first, and what they have in common once', async () => {
    write('orders', [
      { line: 'old', agoMs: 5000 },
      { line: 'one', agoMs: 3000, level: 'info' },
    ]);
    write('payments', [{ line: 'two', agoMs: 2000, level: 'error' }]);
    expect(await runLogs([url, '{env="prod"}', '--limit', '2', ...AROUND])).toBe(0);
    expect(out).toBe(
      '2023-11-14T22:13:17.123Z INFO     {service_name="orders"} one\n' +
        '2023-11-14T22:13:18.123Z ERROR    {service_name="payments"} two\n',
    );
    expect(errors).toBe('all of {env="prod"}\n');
  });

  it('reads page after page, each line once, though many have the same time', async () => {
    write(
      'orders',
      Array.from({ length: 2500 }, (_, i) => ({ line: `line ${i}`, agoMs: 10_000 - Math.floor(i / 700) })),
    );
    const expected = Array.from({ length: 2500 }, (_, i) => `line ${i}\n`);
    expect(await runLogs([url, '{env="prod"}', '-o', 'raw', '-n', '9999', ...AROUND])).toBe(0);
    expect(out).toBe(expected.join(''));
    out = '';
    expect(await runLogs([url, '{env="prod"}', '-o', 'raw', '-n', '1800', '--forward', ...AROUND])).toBe(0);
    expect(out).toBe(expected.slice(0, 1800).join(''));
    out = '';
    expect(await runLogs([url, '{env="prod"}', '-o', 'raw', '-n', '1800', ...AROUND])).toBe(0);
    expect(out).toBe(expected.slice(700).join(''));
  });

  it('asks in KQL and Lucene, and prints JSON lines', async () => {
    write('orders', [
      { line: '{"user":"ann","ms":12}', agoMs: 3000 },
      { line: '{"user":"bob","ms":3}', agoMs: 2000 },
    ]);
    expect(await runLogs([url, 'ms > 5', '--kql', '-o', 'json', ...AROUND])).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      line: '{"user":"ann","ms":12}',
      stream: { service_name: 'orders' },
      tsNs: `${NOW_MS - 3000}000000`,
    });
    out = '';
    expect(await runLogs([url, 'ms:[0 TO 5]', '--lucene', '-o', 'raw', ...AROUND])).toBe(0);
    expect(out).toBe('{"user":"bob","ms":3}\n');
  });

  it('prints a metric query as a table', async () => {
    write('orders', [{ line: 'x', agoMs: 3000 }]);
    expect(await runLogs([url, 'sum by (env) (count_over_time({env="prod"}[1m]))', ...AROUND])).toBe(0);
    expect(out).toBe('{env="prod"}  1\n');
  });

  it('underlines what is wrong with a query, wherever that was found', async () => {
    expect(await runLogs([url, '{env="prod"} |= |= "x"'])).toBe(1);
    expect(errors).toMatch(
      /^petrel: parse error at line \d, col 17: [^\n]+\n {2}\{env="prod"\} \|= \|= "x"\n {2} {16}\^\^\n$/,
    );
    errors = '';
    expect(await runLogs([url, 'a: (b', '--kql'])).toBe(1);
    expect(errors).toMatch(/^petrel: .*Expected .*\na: \(b\n-+\^\n$/s);
    errors = '';
    expect(await runLogs([url, 'sum(rate({a="b"} | json [1m])) by'])).toBe(1);
    expect(errors).toContain('parse error');
  });

  it('says who does not answer', async () => {
    await logs.app.close();
    expect(await runLogs([url, '{env="prod"}'])).toBe(1);
    expect(errors).toContain('does not answer');
    errors = '';
    expect(await runLogs([url, '{env="prod"}', '--tail'])).toBe(1);
    expect(errors).toMatch(/does not answer \(.*ECONNREFUSED/);
  });

  it('refuses options that make no sense', async () => {
    for (const args of [
      [],
      ['{a="b"}', 'x'],
      ['{a="b"}', '--kql', '--lucene'],
      ['{a="b"}', '-n', '0'],
      ['{a="b"}', '-o', 'xml'],
      ['{a="b"}', '--since', 'x'],
      ['{a="b"}', '--from', 'x'],
      ['{a="b"}', '--tail', '--to', 'now'],
      ['{a="b"}', '--nope'],
    ]) {
      expect(await runLogs([url, ...args])).toBe(1);
    }
    expect(await runLogs([url, 'rate({a="b"}[1m])', '--tail'])).toBe(1);
    expect(out).toBe('');
  });
});

describe('petrel logs --tail', () => {
  async function until(check: () => boolean): Promise<void> {
    for (let i = 0; i < 300 && !check(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(check()).toBe(true);
  }

  it('follows lines, and goes on where it was when the server was away', async () => {
    const abort = new AbortController();
    write('orders', [{ line: 'one', agoMs: 3000 }]);
    const from = ['--from', `${NOW_MS / 1000 - 60}`];
    const running = runLogs([url, '{env="prod"}', '--tail', '-o', 'raw', ...from], abort.signal);
    await until(() => out === 'one\n');
    write('orders', [{ line: 'two', agoMs: 2000 }]);
    await until(() => out === 'one\ntwo\n');
    const { source } = logs;
    await logs.app.close();
    await until(() => errors.includes('trying again'));
    logs = fakeLogs();
    write('orders', [
      { line: 'one', agoMs: 3000 },
      { line: 'two', agoMs: 2000 },
      { line: 'three', agoMs: 1000 },
    ]);
    expect(source).not.toBe(logs.source);
    await logs.app.listen({ port: Number(new URL(url).port), host: '127.0.0.1' });
    await until(() => out === 'one\ntwo\nthree\n');
    expect(errors).toContain('connected again');
    abort.abort();
    expect(await running).toBe(0);
  });

  it('says what is wrong with a query', async () => {
    expect(await runLogs([url, 'a: (b', '--kql', '--tail'])).toBe(1);
    expect(errors).toMatch(/^petrel: Expected /);
  });
});

describe('how lines look', () => {
  const view = {
    tsNs: '1700000000123456789',
    line: 'a\u001b[31mb',
    level: 'error',
    stream: { app: 'x' },
    metadata: {},
    parsed: {},
  };

  it('colours by level on a terminal, and lets no line command the terminal', () => {
    expect(lineText(view, { output: 'default', colour: true })).toBe(
      '\u001b[2m2023-11-14T22:13:20.123Z\u001b[0m \u001b[31mERROR   \u001b[0m \u001b[2m{app="x"}\u001b[0m a\\x1b[31mb',
    );
    expect(lineText(view, { output: 'raw', colour: false })).toBe('a\u001b[31mb');
  });

  it('underlines a part of one of several lines', () => {
    expect(mistakeText('no', '{a="b"}\n\t| jsn x\n| y', { from: 11, to: 14 })).toBe('no\n  \t| jsn x\n  \t  ^^^');
    expect(mistakeText('no', '{', { from: 1, to: 1 })).toBe('no\n  {\n   ^');
    expect(mistakeText('no', '{', undefined)).toBe('no');
  });

  it('reads times as people write them', () => {
    const at = { nowMs: NOW_MS, isTerminal: true };
    const now = BigInt(NOW_MS) * 1_000_000n;
    const hourNs = 3_600_000_000_000n;
    expect(logsOptions(['{}'], at)).toMatchObject({ startNs: now - hourNs, endNs: now, limit: 100, colour: true });
    expect(logsOptions(['h:1', '{}', '--since', '2h', '--no-color'], at)).toMatchObject({
      url: 'http://h:1',
      startNs: now - 2n * hourNs,
      colour: false,
    });
    expect(logsOptions(['{}', '--from', '-2h', '--to', '-1h'], at)).toMatchObject({
      startNs: now - 2n * hourNs,
      endNs: now - hourNs,
    });
    expect(logsOptions(['{}', '--from', '1700000000000000001', '--tail'], at)).toMatchObject({
      startNs: 1_700_000_000_000_000_001n,
      limit: 10,
    });
  });
});
