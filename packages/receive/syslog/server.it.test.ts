import { execFileSync, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { type Instruments, noInstruments, PetrelError, silentLogger, systemClock } from '@petrel/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogSinkRecorder } from '../log-sink-recorder.ts';
import { type SyslogLimits, type SyslogListenerConfig, type SyslogServer, startSyslog } from './server.ts';

const HOST = '127.0.0.1';

let sink: LogSinkRecorder;
let server: SyslogServer | undefined;
let counts: Record<string, number>;

const instruments: Instruments = {
  ...noInstruments,
  counter: (name) => ({
    add(amount, ...labels) {
      const key = [name.replace('petrel_receive_', ''), ...labels].join(' ');
      counts[key] = (counts[key] ?? 0) + amount;
    },
  }),
};

beforeEach(() => {
  sink = new LogSinkRecorder();
  counts = {};
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function start(listener: Partial<SyslogListenerConfig>, limits: SyslogLimits = {}): Promise<number> {
  server = await startSyslog({
    listeners: [{ protocol: 'tcp', host: HOST, port: 0, ...listener }],
    sink,
    clock: systemClock,
    logger: silentLogger,
    instruments,
    limits: { batchMs: 20, ...limits },
  });
  return server.ports[0] as number;
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, HOST);
  await once(socket, 'connect');
  return socket;
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 1_000; i++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it did not come true in time');
}

const bodies = (): string[] => sink.lines.map(({ body }) => body);

describe('TCP', () => {
  it('takes both framings, and what has no end when the connection has', async () => {
    const socket = await open(await start({}));
    socket.write('<14>1 - h a - - - one\n21 <14>1 - h a - - - two');
    socket.end('<14>1 - h a - - - three');
    await until(() => sink.lines.length === 3);
    expect(bodies()).toEqual(['one', 'two', 'three']);
    expect(counts).toEqual({ 'log_lines_total syslog_tcp': 3 });
  });

  it('holds senders up while the store takes nothing, and loses nothing', async () => {
    const port = await start({}, { batchLines: 50, batchBytes: 16 << 10 });
    let isOpen = false;
    const write = sink.write.bind(sink);
    sink.write = async (batch) => {
      if (!isOpen) throw new PetrelError('STORE_UNAVAILABLE', 'away', { retryAfterMs: 10 });
      await write(batch);
    };
    const socket = await open(port);
    const total = 20_000;
    let sent = 0;
    const text = 'x'.repeat(1_000);
    const send = (): void => {
      while (sent < total) if (!socket.write(`<14>1 - h a - - - ${sent++} ${text}\n`)) break;
    };
    socket.on('drain', send);
    send();
    // The sender stands still when its buffers and ours are full.
    let before = -1;
    for (let still = 0; still < 20; still = sent === before ? still + 1 : 0) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(sent).toBeLessThan(total);
    isOpen = true;
    await until(() => sink.lines.length === total);
    expect(bodies().map((body) => Number.parseInt(body, 10))).toEqual(Array.from({ length: total }, (_, i) => i));
    socket.destroy();
  });

  it('closes what is idle, and what is too much', async () => {
    const port = await start({}, { maxConnections: 1, idleTimeoutMs: 150 });
    const first = await open(port);
    first.write('<14>1 - h a - - - before');
    const second = await open(port);
    await once(second, 'close');
    if (!first.closed) await once(first, 'close');
    await until(() => sink.lines.length === 1);
    expect(bodies()).toEqual(['before']);
    expect(counts).toMatchObject({ syslog_refused_connections_total: 1 });
  });

  it('writes what it has when it stops, and gives up a store that is away', async () => {
    const port = await start({}, { batchMs: 60_000, stopPatienceMs: 50 });
    const socket = await open(port);
    socket.write('<14>1 - h a - - - kept\n');
    socket.write('<14>1 - h a - - - cut off');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await server?.stop();
    expect(bodies()).toEqual(['kept', 'cut off']);

    const other = await open(await start({}, { batchMs: 60_000, stopPatienceMs: 50 }));
    sink.write = async () => {
      throw new PetrelError('STORE_UNAVAILABLE', 'away', { retryAfterMs: 60_000 });
    };
    other.write('<14>1 - h a - - - lost\n');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await server?.stop();
    expect(counts).toMatchObject({ 'refused_log_lines_total syslog_tcp shutdown': 1 });
  });
});

describe('TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'petrel-syslog-'));
  const certFile = join(folder, 'cert.pem');
  const keyFile = join(folder, 'key.pem');
  const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
  if (!hasOpenssl) console.log('no openssl to make a certificate with');

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.skipIf(!hasOpenssl)('takes messages, and those who know the certificate', async () => {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const pair = ['-keyout', keyFile, '-out', certFile, '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    execFileSync('openssl', ['req', '-x509', '-nodes', '-days', '2', ...pair, ...subject], { stdio: 'ignore' });
    const port = await start({ tls: { certFile, keyFile } });
    // One that never says hello must not keep the server from stopping.
    const silent = await open(port);
    const plain = await open(port);
    plain.end('<14>1 - h a - - - in the clear\n');
    await once(plain.resume(), 'close');
    const socket = connectTls({ port, host: HOST, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    socket.end('<14>1 - h a - - - hidden\n');
    await until(() => sink.lines.length === 1);
    expect(bodies()).toEqual(['hidden']);
    await server?.stop();
    silent.destroy();
    expect(counts).toMatchObject({ syslog_refused_connections_total: 1 });
  });

  it('says which file it cannot read', async () => {
    await expect(start({ tls: { certFile: join(folder, 'none.pem'), keyFile } })).rejects.toThrow('none.pem');
  });
});

describe('UDP', () => {
  it('takes a message a datagram, and counts those for which there is no room', async () => {
    const port = await start({ protocol: 'udp' }, { batchLines: 2 });
    const blocked = new PetrelError('STORE_UNAVAILABLE', 'away', { retryAfterMs: 300 });
    sink.failures.push(blocked);
    const socket = createSocket('udp4');
    for (let i = 0; i < 10; i++) {
      await new Promise<void>((resolve) => {
        socket.send(`<14>1 - h a - - - ${i}`, port, HOST, () => resolve());
      });
    }
    await until(() => sink.lines.length + (counts['refused_log_lines_total syslog_udp store_busy'] ?? 0) === 10);
    socket.close();
    expect(bodies().slice(0, 4)).toEqual(['0', '1', '2', '3']);
    expect(counts['refused_log_lines_total syslog_udp store_busy']).toBeGreaterThan(0);
    expect(counts['log_lines_total syslog_udp']).toBe(sink.lines.length);
  });
});

describe('util-linux logger', () => {
  const hasLogger = spawnSync('logger', ['--version']).status === 0;
  if (!hasLogger) console.log('no logger to send with');

  it.skipIf(!hasLogger).each([
    ['TCP, RFC 5424', 'tcp', ['--tcp', '--rfc5424']],
    ['TCP, counted', 'tcp', ['--tcp', '--octet-count']],
    ['TCP, RFC 3164', 'tcp', ['--tcp', '--rfc3164']],
    ['UDP, RFC 5424', 'udp', ['--udp', '--rfc5424=notq']],
    ['UDP, RFC 3164', 'udp', ['--udp', '--rfc3164']],
  ] as const)('%s', async (_name, protocol, options) => {
    const port = await start({ protocol });
    const before = BigInt(Date.now() - 5_000) * 1_000_000n;
    const fixed = ['--server', HOST, '--port', `${port}`, '--priority', 'local3.err', '--tag', 'orders', '--id=77'];
    execFileSync('logger', [...fixed, ...options, 'order 17 failed: \u6d77\u71d5']);
    await until(() => sink.lines.length === 1);
    const [line] = sink.lines;
    expect(line).toMatchObject({
      body: 'order 17 failed: \u6d77\u71d5',
      labels: { service: 'orders', facility: 'local3' },
      metadata: { procid: '77', severity: 'err' },
      level: 'error',
    });
    expect(line?.labels.host).not.toBe('');
    expect((line?.tsNs ?? 0n) > before).toBe(true);
  });
});
