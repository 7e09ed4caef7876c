import type { Instruments } from '@petrel/model';

/** Counts the lines of one protocol. */
export interface LogCounters {
  stored(lines: number, truncated: number): void;
  refused(lines: number, reason: string): void;
}

export function createLogCounters(instruments: Instruments, protocol: string): LogCounters {
  const lines = instruments.counter('petrel_receive_log_lines_total', 'Log lines received and stored.', ['protocol']);
  const truncated = instruments.counter(
    'petrel_receive_truncated_log_lines_total',
    'Log lines that were too long and were cut.',
    ['protocol'],
  );
  const refused = instruments.counter('petrel_receive_refused_log_lines_total', 'Log lines refused.', [
    'protocol',
    'reason',
  ]);
  return {
    stored(count, cut) {
      lines.add(count, protocol);
      if (cut > 0) truncated.add(cut, protocol);
    },
    refused: (count, reason) => refused.add(count, protocol, reason),
  };
}
