import type { Logger } from '@petrel/model';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFormat = 'logfmt' | 'json';

export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

export interface LoggerOptions {
  readonly level?: LogLevel;
  readonly format?: LogFormat;
  /** Takes one line without its newline. Default: standard error. */
  readonly write?: (line: string) => void;
  readonly nowMs?: () => number;
}

/** Lines of `time=… level=… msg=…` and the fields, as Prometheus writes them, or the same as JSON. */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { level = 'info', format = 'logfmt', nowMs = Date.now } = options;
  const write = options.write ?? ((line: string) => process.stderr.write(`${line}\n`));
  const least = LOG_LEVELS.indexOf(level);
  const at =
    (name: LogLevel): Logger['info'] =>
    (message, fields = {}) => {
      if (LOG_LEVELS.indexOf(name) < least) return;
      const entry = { time: new Date(nowMs()).toISOString(), level: name, msg: message, ...fields };
      write(format === 'json' ? JSON.stringify(entry, plainErrors) : logfmt(entry));
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function logfmt(entry: Readonly<Record<string, unknown>>): string {
  let line = '';
  for (const [name, value] of Object.entries(entry)) {
    if (value !== undefined) line += `${line === '' ? '' : ' '}${name}=${logfmtValue(value)}`;
  }
  return line;
}

function logfmtValue(value: unknown): string {
  const text =
    typeof value === 'string'
      ? value
      : value instanceof Error
        ? value.message
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value);
  return /^[^\s"=\p{Cc}]+$/u.test(text) ? text : JSON.stringify(text);
}

function plainErrors(_name: string, value: unknown): unknown {
  return value instanceof Error ? value.message : value;
}
