import { type Clock, type Instruments, type Logger, type LogSink, systemTimers, type Timers } from '@petrel/model';
import { DEFAULT_LOG_LIMITS, type LogLimits } from '@petrel/wire/logs/log-limits.ts';
import { createSyslogInstruments } from './instruments.ts';
import { LineWriter } from './line-writer.ts';
import type { OpenListener } from './listener.ts';
import { openTcpListener, type SyslogTlsConfig } from './tcp-listener.ts';
import { openUdpListener } from './udp-listener.ts';

export interface SyslogListenerConfig {
  readonly protocol: 'tcp' | 'udp';
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** TCP only. */
  readonly tls?: SyslogTlsConfig;
}

/** Besides the limits of all lines. */
export interface SyslogLimits extends Partial<LogLimits> {
  /** Of one message; longer ones are cut. Default 1 MiB, and the line's limit below it. */
  readonly maxMessageBytes?: number;
  /** Of each TCP listener. Default 1,000. */
  readonly maxConnections?: number;
  /** Default 10 minutes: senders that log little keep their connection. */
  readonly idleTimeoutMs?: number;
  /** A batch is written at this many lines (default 5,000), bytes (default 4 MiB), or after this time (default 200 ms). */
  readonly batchLines?: number;
  readonly batchBytes?: number;
  readonly batchMs?: number;
  /** How long stopping waits for the store. Default 5 s. */
  readonly stopPatienceMs?: number;
}

export interface SyslogOptions {
  readonly listeners: readonly SyslogListenerConfig[];
  readonly sink: LogSink;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly instruments: Instruments;
  readonly timers?: Timers;
  /** The zone of senders that name none, as an IANA name; absent: guessed for each sender. */
  readonly timeZone?: string;
  readonly limits?: SyslogLimits;
}

export interface SyslogServer {
  /** In the order of the listeners. */
  readonly ports: readonly number[];
  /** Closes the listeners, then writes what has come. */
  stop(): Promise<void>;
}

/** Rejects when a port cannot be had or a certificate cannot be read; nothing listens then. A time zone that is none is a RangeError. */
export async function startSyslog(options: SyslogOptions): Promise<SyslogServer> {
  const { sink, clock, logger, timers = systemTimers, timeZone, limits = {} } = options;
  const instruments = createSyslogInstruments(options.instruments);
  const writer = new LineWriter({
    sink,
    clock,
    timers,
    logger,
    instruments,
    timeZone,
    limits: { ...DEFAULT_LOG_LIMITS, ...limits },
    batchLines: limits.batchLines ?? 5_000,
    batchBytes: limits.batchBytes ?? 4 << 20,
    batchMs: limits.batchMs ?? 200,
  });
  const open = ({ protocol, host, port, tls }: SyslogListenerConfig): Promise<OpenListener> => {
    const shared = { host, port, writer, instruments, logger };
    if (protocol === 'udp') return openUdpListener(shared);
    return openTcpListener({
      ...shared,
      tls,
      maxMessageBytes: limits.maxMessageBytes ?? 1 << 20,
      maxConnections: limits.maxConnections ?? 1_000,
      idleTimeoutMs: limits.idleTimeoutMs ?? 600_000,
    });
  };
  const listeners: OpenListener[] = [];
  const close = () => Promise.all(listeners.map((listener) => listener.stop()));
  try {
    for (const config of options.listeners) listeners.push(await open(config));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ports: listeners.map(({ port }) => port),
    async stop() {
      await close();
      await writer.stop(limits.stopPatienceMs ?? 5_000);
    },
  };
}
