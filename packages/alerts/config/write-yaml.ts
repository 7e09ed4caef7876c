import type { Shown } from './redact.ts';

/** Nobody reads more; aliases of a hostile file could multiply to any size. */
const MAX_CHARS = 1024 * 1024;

/** Plain data as YAML in block style; texts that could mean something else stand in double quotes. Cut off, with a comment that says so, after 1 MiB. */
export function writeYaml(value: Shown): string {
  const alone = inline(value);
  if (alone !== undefined) return `${alone}\n`;
  const lines: string[] = [];
  const isWhole = write(value, '', lines, { left: MAX_CHARS });
  return `${lines.join('\n')}\n${isWhole ? '' : '# The rest is left out: the configuration is larger than 1 MiB.\n'}`;
}

/** Adds the lines of a value, each behind `indent`; false when there is no room left. */
function write(value: Shown, indent: string, lines: string[], room: { left: number }): boolean {
  for (const [head, inside] of entriesOf(value)) {
    const text = inline(inside);
    lines.push(text === undefined ? `${indent}${head}` : `${indent}${head} ${text}`);
    room.left -= (lines.at(-1) as string).length + 1;
    if (room.left < 0) return false;
    if (text === undefined && !writeBelow(inside, indent, lines, room)) return false;
  }
  return true;
}

function writeBelow(inside: Shown, indent: string, lines: string[], room: { left: number }): boolean {
  const first = lines.length;
  const isWhole = write(inside, `${indent}  `, lines, room);
  // The first line of an entry of a list stands on the line of its dash.
  if ((lines[first - 1] as string).trim() === '-' && lines[first] !== undefined) {
    lines.splice(first - 1, 2, `${indent}- ${lines[first].trimStart()}`);
  }
  return isWhole;
}

function entriesOf(value: Shown): Iterable<readonly [head: string, inside: Shown]> {
  if (Array.isArray(value)) return (value as readonly Shown[]).map((item) => ['-', item] as const);
  return Object.entries(value ?? {}).map(([key, inside]) => [`${scalarText(key)}:`, inside] as const);
}

/** What stands on the line of its key; undefined for what stands below. */
function inline(value: Shown): string | undefined {
  if (value === null) return 'null';
  if (typeof value === 'string') return scalarText(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : undefined;
  return Object.keys(value).length === 0 ? '{}' : undefined;
}

const PLAIN = /^[\p{L}_/][\p{L}\p{N}_/.@+-]*(?:[ :=][\p{L}\p{N}_/.@+-]+)*$/u;
const NUMBER_OR_DURATION = /^\d+(?:ms|[smhdwy])?$/;
/** What readers of YAML take for something else than a text. */
const OTHER = /^(?:~|null|true|false|yes|no|on|off|y|n|<<)$/i;

function scalarText(text: string): string {
  if (OTHER.test(text)) return /^(?:true|false)$/.test(text) ? text : JSON.stringify(text);
  return PLAIN.test(text) || NUMBER_OR_DURATION.test(text) ? text : JSON.stringify(text);
}
