/** A time without a zone, and mostly without a year, as old senders write it. */
export interface WallTime {
  readonly year: number | undefined;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanos: number;
}

/** One message taken apart. What the sender did not say is '' (or undefined). */
export interface SyslogMessage {
  /** 0 to 23; see FACILITIES. Undefined without a priority in front. */
  readonly facility: number | undefined;
  /** 0 (emergency) to 7 (debug). */
  readonly severity: number | undefined;
  /** Nanoseconds since the epoch where the sender gave a zone. */
  readonly time: bigint | WallTime | undefined;
  readonly hostname: string;
  readonly appName: string;
  readonly procId: string;
  readonly msgId: string;
  /** Of structured data: id, name and value of each parameter in turn. */
  readonly parameters: readonly string[];
  /** The text is bytes `[from, to)` of what was parsed; all of it where that was no syslog message. */
  readonly from: number;
  readonly to: number;
}

/** Names of facilities by their codes, as syslog.conf has them. */
export const FACILITIES: readonly string[] = [
  'kern',
  'user',
  'mail',
  'daemon',
  'auth',
  'syslog',
  'lpr',
  'news',
  'uucp',
  'cron',
  'authpriv',
  'ftp',
  'ntp',
  'audit',
  'alert',
  'clock',
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
];

/** Names of severities by their codes. */
export const SEVERITIES: readonly string[] = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

const SPACE = 0x20;
const LESS = 0x3c;
const GREATER = 0x3e;

/** The priority `<N>` in front of a message: its value and where the rest starts; undefined where there is none. */
export function readPriority(bytes: Uint8Array, from: number, to: number): { value: number; end: number } | undefined {
  if (bytes[from] !== LESS) return undefined;
  let value = 0;
  for (let i = from + 1; i < to && i <= from + 4; i++) {
    const byte = bytes[i] as number;
    if (byte === GREATER) return i > from + 1 && value <= 191 ? { value, end: i + 1 } : undefined;
    if (byte < 0x30 || byte > 0x39) return undefined;
    value = value * 10 + byte - 0x30;
  }
  return undefined;
}

/** Where the word that starts at `from` ends: at a space, or at `to`. */
export function wordEnd(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  while (i < to && bytes[i] !== SPACE) i++;
  return i;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export function textOf(bytes: Uint8Array, from: number, to: number): string {
  return utf8.decode(bytes.subarray(from, to));
}
