import { once } from 'node:events';
import { connect } from 'node:net';
import { Labels } from '@petrel/model';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { LogTailMessage } from '../../contract/logs.ts';
import { NOW_MS } from '../../prometheus/fake-ports.ts';
import { fakeLogs } from '../fake-logs.ts';

const ORDERS = Labels.of({ app: 'orders' });
const opened: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function served() {
  const logs = fakeLogs();
  await logs.app.listen({ port: 0, host: '127.0.0.1' });
  opened.push(() => logs.app.close());
  const { port } = logs.app.server.address() as { port: number };
  let number = 0;
  /** Lines as they are pushed now: the clock of the fake API stands still. */
  const push = (...lines: string[]) =>
    logs.source.write(
      ORDERS,
      lines.map((line) => ({
        tsNs: BigInt(NOW_MS) * 1_000_000n + BigInt(number++),
        line,
        metadata: { trace_id: 't' },
        level: 'info',
        receivedMs: NOW_MS,
      })),
    );
  return { ...logs, port, push };
}

function open(port: number, path: string, params: Record<string, string>, headers = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}?${new URLSearchParams(params)}`, { headers });
  opened.push(() => socket.terminate());
  const messages: unknown[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  return { socket, messages };
}

async function until(check: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !check(); i++) await new Promise((resolve) => setTimeout(resolve, 25));
  expect(check()).toBe(true);
}

describe('following lines', () => {
  it('sends what is there, then what comes, each line once', async () => {
    const { port, push } = await served();
    push('one', 'two', 'three');
    const { messages } = open(port, '/loki/api/v1/tail', { query: '{app="orders"} != "noise"', limit: '2' });
    await until(() => messages.length === 1);
    const stream = { app: 'orders', detected_level: 'info', trace_id: 't' };
    const at = (i: number) => `${BigInt(NOW_MS) * 1_000_000n + BigInt(i)}`;
    expect(messages[0]).toEqual({
      streams: [
        {
          stream,
          values: [
            [at(1), 'two'],
            [at(2), 'three'],
          ],
        },
      ],
    });
    push('four', 'noise');
    await until(() => messages.length === 2);
    push('six');
    await until(() => messages.length === 3);
    expect(messages.slice(1)).toEqual([
      { streams: [{ stream, values: [[at(3), 'four']] }] },
      { streams: [{ stream, values: [[at(5), 'six']] }] },
    ]);
  });

  it('tells labels apart when asked to', async () => {
    const { port, push } = await served();
    push('one');
    const headers = { 'x-loki-response-encoding-flags': 'categorize-labels' };
    const { messages } = open(port, '/loki/api/v1/tail', { query: '{app="orders"}' }, headers);
    await until(() => messages.length === 1);
    expect(messages[0]).toEqual({
      encodingFlags: ['categorize-labels'],
      streams: [
        {
          stream: { app: 'orders' },
          values: [[`${NOW_MS}000000`, 'one', { structuredMetadata: { detected_level: 'info', trace_id: 't' } }]],
        },
      ],
    });
  });

  it("sends Petrel's own shape, in any language", async () => {
    const { port, push } = await served();
    push('{"user":"ann","ms":12}', '{"user":"bob","ms":3}');
    const { messages } = open(port, '/api/v1/petrel/logs/tail', { query: 'ms > 5', language: 'kql', limit: '10' });
    await until(() => messages.length === 1);
    push('{"user":"cleo","ms":50}');
    await until(() => messages.length === 2);
    const lines = (messages as LogTailMessage[]).flatMap((message) => message.lines);
    expect(lines.map(({ line }) => line)).toEqual(['{"user":"ann","ms":12}', '{"user":"cleo","ms":50}']);
    expect(lines[0]).toMatchObject({ level: 'info', stream: { app: 'orders' }, tsNs: `${NOW_MS}000000` });
    expect((messages as LogTailMessage[]).map(({ dropped }) => dropped)).toEqual([0, 0]);
  });

  it('answers as before v1', async () => {
    const { port, push } = await served();
    push('one');
    const { messages } = open(port, '/api/prom/tail', { query: '{app="orders"}' });
    await until(() => messages.length === 1);
    expect(messages[0]).toMatchObject({
      streams: [
        { labels: expect.stringContaining('app="orders"'), entries: [{ ts: '2023-11-14T22:13:20.123Z', line: 'one' }] },
      ],
      dropped_entries: [],
    });
  });

  it('counts what it leaves out', async () => {
    const { port, push } = await served();
    const { messages, socket } = open(port, '/api/v1/petrel/logs/tail', { query: '' });
    await once(socket, 'open');
    push('first');
    await until(() => messages.length === 1);
    push(...Array.from({ length: 1500 }, (_, i) => `line ${i}`));
    await until(() => messages.length === 2);
    const last = messages[1] as LogTailMessage;
    expect(last.lines).toHaveLength(1000);
    expect(last.lines.at(-1)?.line).toBe('line 1499');
    expect(last.dropped).toBe(500);
  });
});

it('counts what a reader that is too slow does not get, and goes on when it has caught up', async () => {
  const { port, push, app } = await served();
  const { messages, socket } = open(port, '/api/v1/petrel/logs/tail', { query: '' });
  await once(socket, 'open');
  push('first');
  await until(() => messages.length === 1);
  socket.pause();
  const large = 'x'.repeat(20_000);
  let sent = 0;
  // More than the buffers of the system hold.
  for (let i = 0; i < 12; i++) {
    push(...Array.from({ length: 100 }, (_, k) => `${i} ${k} ${large}`));
    sent += 100;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  socket.resume();
  push('last');
  await until(() => (messages as LogTailMessage[]).some(({ lines }) => lines.at(-1)?.line === 'last'));
  const received = (messages as LogTailMessage[]).reduce((sum, { lines }) => sum + lines.length, 0);
  const dropped = (messages as LogTailMessage[]).reduce((sum, message) => sum + message.dropped, 0);
  expect(dropped).toBeGreaterThan(0);
  expect(received + dropped).toBe(sent + 2);
  expect(app.server.listening).toBe(true);
}, 30_000);

describe('refusals', () => {
  async function refused(port: number, path: string, params: Record<string, string>) {
    const { socket } = open(port, path, params);
    socket.on('error', () => undefined);
    const [, response] = (await once(socket, 'unexpected-response')) as [
      unknown,
      NodeJS.ReadableStream & { statusCode: number },
    ];
    let text = '';
    for await (const chunk of response) text += chunk;
    return { status: response.statusCode, text };
  }

  it('says what is wrong with a query before the upgrade', async () => {
    const { port } = await served();
    expect(await refused(port, '/loki/api/v1/tail', { query: '{' })).toMatchObject({
      status: 400,
      text: expect.stringMatching(/^parse error at line 1, col 2/),
    });
    expect(await refused(port, '/loki/api/v1/tail', { query: 'rate({a="b"}[1m])' })).toMatchObject({ status: 400 });
    expect(await refused(port, '/loki/api/v1/tail', { query: '{a="b"}', delay_for: '6' })).toEqual({
      status: 400,
      text: "delay_for can't be greater than 5",
    });
    const native = await refused(port, '/api/v1/petrel/logs/tail', { query: 'a:(b', language: 'kql' });
    expect(native.status).toBe(400);
    expect(JSON.parse(native.text)).toMatchObject({ status: 'error', code: 'KQL_PARSE', position: { from: 4, to: 4 } });
    expect(await refused(port, '/nothing', {})).toMatchObject({ status: 404 });
  });

  it('wants a WebSocket', async () => {
    const { app } = await served();
    const answer = await app.inject('/loki/api/v1/tail?query={a="b"}');
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain('not using the websocket protocol');
  });
});

it('answers requests that offer HTTP/2 as if they had not, body and all', async () => {
  const { port, push } = await served();
  push('one');
  const body = new URLSearchParams({ query: '{app="orders"}' }).toString();
  const head = [
    'POST /loki/api/v1/query_range HTTP/1.1',
    'Host: 127.0.0.1',
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${body.length}`,
    '',
    '',
  ].join('\r\n');
  const socket = connect(port, '127.0.0.1');
  opened.push(() => {
    socket.destroy();
  });
  let answer = '';
  socket.on('data', (data) => {
    answer += data;
  });
  socket.write(head);
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.write(body);
  await until(() => answer.includes('"status":"success"'));
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK/);
  // The connection goes on.
  socket.write('GET /loki/api/v1/status/buildinfo HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  await until(() => answer.split('HTTP/1.1 200 OK').length === 3);
});

it('ends tails when the server stops, and looks no more for clients that left', async () => {
  const { app, port, source } = await served();
  const gone = open(port, '/loki/api/v1/tail', { query: '{app="orders"}' });
  const left = open(port, '/loki/api/v1/tail', { query: '{app="orders"}' });
  await Promise.all([once(gone.socket, 'open'), once(left.socket, 'open')]);
  gone.socket.close();
  await once(gone.socket, 'close');
  await closing(app, left.socket);
  const { select } = source.asked;
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(source.asked.select).toBe(select);
});

async function closing(app: FastifyInstance, socket: WebSocket): Promise<void> {
  const closed = once(socket, 'close');
  await app.close();
  const [code] = (await closed) as [number];
  expect(code).toBe(1001);
}
