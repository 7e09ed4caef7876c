import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Logger } from '@petrel/model';
import type { SyslogInstruments } from './instruments.ts';
import type { LineWriter } from './line-writer.ts';
import type { OpenListener } from './listener.ts';
import { peerAddress } from './tcp-listener.ts';

export interface UdpListenerOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly writer: LineWriter;
  readonly instruments: SyslogInstruments;
  readonly logger: Logger;
}

/** Room for a burst while the process is busy; the kernel gives what it allows. */
const RECEIVE_BUFFER_BYTES = 4 << 20;

/** Takes datagrams, a message each. Those that come while there is no room for lines are dropped, and counted. */
export async function openUdpListener({
  host,
  port,
  writer,
  instruments,
  logger,
}: UdpListenerOptions): Promise<OpenListener> {
  const type = isIPv6(host) ? 'udp6' : 'udp4';
  const socket = createSocket({ type, recvBufferSize: RECEIVE_BUFFER_BYTES });
  socket.on('message', (datagram, { address }) => {
    if (writer.isFull) instruments.dropped();
    else writer.add(datagram, 0, datagram.length, { transport: 'udp', address: peerAddress(address) });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, host, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  socket.on('error', (error) => logger.error('syslog: listener failed', { error: error.message }));
  return {
    port: socket.address().port,
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
