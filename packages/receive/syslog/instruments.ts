import type { Instruments } from '@petrel/model';
import { createLogCounters } from '../log-counters.ts';
import type { SyslogTransport } from './syslog-lines.ts';

type Counts = Readonly<Record<SyslogTransport, number>>;

export interface SyslogInstruments {
  stored(counts: Counts, truncated: number): void;
  lost(counts: Counts, reason: string): void;
  /** A datagram that came while there was no room. */
  dropped(): void;
  /** Open connections: one more (1) or one less (-1). */
  connections(change: number): void;
  refusedConnection(): void;
}

export function createSyslogInstruments(instruments: Instruments): SyslogInstruments {
  const tcp = createLogCounters(instruments, 'syslog_tcp');
  const udp = createLogCounters(instruments, 'syslog_udp');
  const refused = instruments.counter(
    'petrel_receive_syslog_refused_connections_total',
    'Connections that were closed because there were too many, or their TLS handshake failed.',
  );
  let open = 0;
  instruments.observableGauge('petrel_receive_syslog_connections', 'Open TCP connections.', () => open);
  return {
    stored(counts, truncated) {
      if (counts.tcp > 0) tcp.stored(counts.tcp, truncated);
      if (counts.udp > 0) udp.stored(counts.udp, counts.tcp > 0 ? 0 : truncated);
    },
    lost(counts, reason) {
      if (counts.tcp > 0) tcp.refused(counts.tcp, reason);
      if (counts.udp > 0) udp.refused(counts.udp, reason);
    },
    dropped: () => udp.refused(1, 'store_busy'),
    connections: (change) => {
      open += change;
    },
    refusedConnection: () => refused.add(1),
  };
}
