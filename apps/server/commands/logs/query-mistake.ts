import type { LogQueryErrorView } from '@petrel/api/contract/logs.ts';

type Position = NonNullable<LogQueryErrorView['position']>;

/** A message with the query below it and the place underlined. Messages that show the query themselves are left as they are. */
export function mistakeText(message: string, query: string, position: Position | undefined): string {
  if (position === undefined || message.includes('\n')) return message;
  const lineStart = query.lastIndexOf('\n', Math.max(0, position.from - 1)) + 1;
  const next = query.indexOf('\n', position.from);
  const lineEnd = next < 0 ? query.length : next;
  const line = query.slice(lineStart, lineEnd);
  const before = line.slice(0, position.from - lineStart).replace(/[^\t]/g, ' ');
  const length = Math.max(1, Math.min(position.to, lineEnd) - position.from);
  return `${message}\n  ${line}\n  ${before}${'^'.repeat(length)}`;
}
