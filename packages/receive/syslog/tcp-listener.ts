import { readFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { Logger } from '@petrel/model';
import { SyslogFrames } from '@petrel/wire/syslog/index.ts';
import type { SyslogInstruments } from './instruments.ts';
import type { LineWriter } from './line-writer.ts';
import type { OpenListener } from './listener.ts';

/** PEM files; read when the listener starts. */
export interface SyslogTlsConfig {
  readonly certFile: string;
  readonly keyFile: string;
  /** Senders must show a certificate that one of these has signed. */
  readonly clientCaFile?: string;
}

export interface TcpListenerOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly tls?: SyslogTlsConfig | undefined;
  readonly writer: LineWriter;
  readonly instruments: SyslogInstruments;
  readonly logger: Logger;
  readonly maxMessageBytes: number;
  readonly maxConnections: number;
  /** A connection that sends nothing for so long is closed. */
  readonly idleTimeoutMs: number;
}

/** Takes connections. While there is no room for lines, nothing is read from them: the senders' own buffers fill, and nothing is lost. */
export async function openTcpListener(options: TcpListenerOptions): Promise<OpenListener> {
  const { host, port, tls, maxConnections, logger, instruments } = options;
  const connections = new Set<Connection>();
  // Those whose handshake has not ended among them.
  const sockets = new Set<Socket>();
  const accept = (socket: Socket): void => {
    const connection = new Connection(socket, options);
    connections.add(connection);
    instruments.connections(1);
    socket.once('close', () => {
      connections.delete(connection);
      instruments.connections(-1);
    });
  };
  const server: Server = tls === undefined ? createServer(accept) : createTlsServer(await readTls(tls), accept);
  server.maxConnections = maxConnections;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('drop', () => {
    instruments.refusedConnection();
    logger.warn('syslog: too many connections', { maxConnections });
  });
  server.on('tlsClientError', (error: Error) => {
    instruments.refusedConnection();
    logger.warn('syslog: a TLS handshake failed', { error: error.message });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', (error) => logger.error('syslog: listener failed', { error: error.message }));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections) connection.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function readTls({ certFile, keyFile, clientCaFile }: SyslogTlsConfig): Promise<TlsOptions> {
  const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
  if (clientCaFile === undefined) return { cert, key };
  return { cert, key, ca: await readFile(clientCaFile), requestCert: true, rejectUnauthorized: true };
}

/** One sender. */
class Connection {
  readonly #frames: SyslogFrames;
  readonly #peer;
  #cancelWait: (() => void) | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly options: TcpListenerOptions,
  ) {
    const { maxMessageBytes, idleTimeoutMs, logger } = options;
    this.#frames = new SyslogFrames(maxMessageBytes);
    this.#peer = { transport: 'tcp' as const, address: peerAddress(socket.remoteAddress) };
    socket.setTimeout(idleTimeoutMs);
    socket.on('timeout', () => {
      // One that is not read from is not idle.
      if (this.#cancelWait === undefined) this.close();
    });
    socket.on('error', (error) => logger.debug('syslog: connection failed', { error: error.message }));
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.once('close', () => {
      this.#cancelWait?.();
      this.#end();
    });
  }

  /** What has come so far is kept. */
  close(): void {
    this.#end();
    this.socket.destroy();
  }

  #take(chunk: Buffer): void {
    const { writer } = this.options;
    this.#frames.push(chunk, (bytes, from, to) => writer.add(bytes, from, to, this.#peer));
    if (!writer.isFull || this.#cancelWait !== undefined) return;
    this.socket.pause();
    this.#cancelWait = writer.whenFree(() => {
      this.#cancelWait = undefined;
      this.socket.resume();
    });
  }

  #end(): void {
    this.#frames.end((bytes, from, to) => this.options.writer.add(bytes, from, to, this.#peer));
  }
}

/** `::ffff:10.0.0.1` is 10.0.0.1. */
export function peerAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}
