import { LOG_LEVELS, type LogLevel } from '@petrel/model';

/** The place of a level in LOG_LEVELS: what a batch's column of levels holds. */
export function levelCode(level: LogLevel): number {
  return CODES[level];
}

const CODES = Object.fromEntries(LOG_LEVELS.map((level, code) => [level, code])) as Record<LogLevel, number>;

/** What loggers call their levels, by level. Single letters are those of Android, glog and Go's short forms. */
const NAMES: Readonly<Partial<Record<LogLevel, readonly string[]>>> = {
  trace: ['trace', 'trc', 'silly', 'finest', 'finer', 't'],
  debug: ['debug', 'dbg', 'debu', 'dbug', 'verbose', 'fine', 'd', 'v'],
  info: ['info', 'inf', 'information', 'informational', 'notice', 'i', 'n'],
  warn: ['warn', 'warning', 'wrn', 'w'],
  error: ['error', 'err', 'eror', 'severe', 'e'],
  critical: ['critical', 'crit', 'alert', 'c'],
  fatal: ['fatal', 'ftl', 'emerg', 'emergency', 'panic', 'dpanic', 'f'],
};

interface Name {
  readonly text: string;
  readonly code: number;
}

/** By the first letter (0 is `a`). */
const BY_LETTER: readonly (readonly Name[])[] = Array.from({ length: 26 }, (_, letter) =>
  Object.entries(NAMES).flatMap(([level, names]) =>
    names
      .filter((name) => name.charCodeAt(0) === 0x61 + letter)
      .map((text) => ({ text, code: CODES[level as LogLevel] })),
  ),
);

/** The code of the level that bytes `[from, to)` name, in any case; 0 where they name none. */
export function levelOfBytes(bytes: Uint8Array, from: number, to: number): number {
  const size = to - from;
  if (size < 1 || size > 13) return 0;
  const letter = ((bytes[from] as number) | 0x20) - 0x61;
  if (letter < 0 || letter > 25) return 0;
  const names = BY_LETTER[letter] as readonly Name[];
  next: for (let n = 0; n < names.length; n++) {
    const { text, code } = names[n] as Name;
    if (text.length !== size) continue;
    for (let i = 1; i < size; i++) if (((bytes[from + i] as number) | 0x20) !== text.charCodeAt(i)) continue next;
    return code;
  }
  return 0;
}

const encoder = new TextEncoder();

/** The level that a text names, in any case and with space around it; undefined where it names none. */
export function levelOfText(text: string): LogLevel | undefined {
  const bytes = encoder.encode(text.trim());
  const code = levelOfBytes(bytes, 0, bytes.length);
  return code === 0 ? undefined : LOG_LEVELS[code];
}

/** pino's and bunyan's numbers: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal; what lies between belongs to the lower one. */
export function levelOfPino(value: number): number {
  if (!(value >= 10 && value < 70)) return 0;
  return PINO[Math.floor(value / 10)] as number;
}

const PINO = [0, CODES.trace, CODES.debug, CODES.info, CODES.warn, CODES.error, CODES.fatal];

/** syslog's severities: 0 emergency … 7 debug. */
export function levelOfSyslog(severity: number): number {
  return SYSLOG[severity] ?? 0;
}

const SYSLOG = [
  CODES.fatal,
  CODES.critical,
  CODES.critical,
  CODES.error,
  CODES.warn,
  CODES.info,
  CODES.info,
  CODES.debug,
];

/** OpenTelemetry's severity numbers: 1 to 24, four a level. */
export function levelOfSeverityNumber(severity: number): number {
  if (!(severity >= 1 && severity <= 24)) return 0;
  return OTEL[Math.floor((severity - 1) / 4)] as number;
}

const OTEL = [CODES.trace, CODES.debug, CODES.info, CODES.warn, CODES.error, CODES.fatal];
