import type { LogLineView } from '@petrel/api/contract/logs.ts';
import { Labels } from '@petrel/model';
import type { LogOutput } from './options.ts';

const RESET = '\u001b[0m';
const DIM = '\u001b[2m';
/** By level; what is not here is as it is. */
const COLOURS: Readonly<Record<string, string>> = {
  trace: '\u001b[90m',
  debug: '\u001b[34m',
  info: '\u001b[32m',
  warn: '\u001b[33m',
  error: '\u001b[31m',
  critical: '\u001b[1;31m',
  fatal: '\u001b[1;35m',
};
const LEVEL_WIDTH = 'critical'.length;
/** Columns already say it, or it says what the line says. */
const SHOWN_ELSEWHERE = new Set(['detected_level']);
/** What a terminal would take for a command: everything of C0 and C1 but the tabulator and the end of a line, which a text may have. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

export interface LineTextOptions {
  readonly output: LogOutput;
  readonly colour: boolean;
  /** Labels that every line has; they are not repeated. */
  readonly common?: Labels;
}

/** One line of output, without its end. */
export function lineText(view: LogLineView, { output, colour, common = Labels.EMPTY }: LineTextOptions): string {
  if (output === 'json') return JSON.stringify(view);
  if (output === 'raw') return view.line;
  const paint = (code: string | undefined, text: string) =>
    colour && code !== undefined && text !== '' ? `${code}${text}${RESET}` : text;
  const level = (view.level === 'unknown' ? '' : view.level).toUpperCase().padEnd(LEVEL_WIDTH);
  const own = [...labelsOf(view)].filter(([name, value]) => common.get(name) !== value);
  const labels = own.length === 0 ? [] : [paint(DIM, Labels.from(own).toString())];
  // Lines come from anywhere; what they would do to a terminal is shown instead of done.
  const text = colour ? view.line.replace(CONTROL, visible) : view.line;
  return [paint(DIM, timeText(view.tsNs)), paint(COLOURS[view.level], level), ...labels, text].join(' ');
}

function visible(sign: string): string {
  return `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/** Where a line came from: its stream's labels. */
function labelsOf({ stream }: LogLineView): Labels {
  return Labels.of(stream).without(SHOWN_ELSEWHERE);
}

/** What all lines have in common; of a single line nothing. */
export function commonLabels(lines: readonly LogLineView[]): Labels {
  const [first, ...rest] = lines.map(labelsOf);
  if (first === undefined || rest.length === 0) return Labels.EMPTY;
  return Labels.from([...first].filter(([name, value]) => rest.every((labels) => labels.get(name) === value)));
}

/** RFC 3339 with milliseconds, UTC. */
function timeText(tsNs: string): string {
  const ms = Number(BigInt(tsNs) / 1_000_000n);
  return new Date(ms).toISOString();
}
