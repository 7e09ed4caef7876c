import { LOG_LEVELS, type LogLevel } from '@petrel/model';

/** Fields that loggers name differently, and that are found under any of their names. */
export type FieldGroup = 'time' | 'message' | 'level' | 'trace' | 'span';

/** In lower case, without points, underscores and hyphens. */
const NAMES: Readonly<Record<FieldGroup, readonly string[]>> = {
  time: ['@timestamp', 'timestamp'],
  message: ['message', 'msg', '@message', '@m', 'log'],
  level: ['level', 'severity', 'lvl', 'loglevel', 'severitytext', 'levelname', 'detectedlevel', '@level', '@l'],
  trace: ['traceid', 'oteltraceid', 'ddtraceid', 'xb3traceid', '@tr'],
  span: ['spanid', 'otelspanid', 'ddspanid', 'xb3spanid', '@sp'],
};

const GROUPS: ReadonlyMap<string, FieldGroup> = new Map(
  Object.entries(NAMES).flatMap(([group, names]) => names.map((name) => [name, group as FieldGroup] as const)),
);

const known = new Map<string, FieldGroup | undefined>();
const MAX_KNOWN = 10_000;

/** The group that a name belongs to, however it is written: `trace_id`, `traceId`, `trace.id`. */
export function groupOf(name: string): FieldGroup | undefined {
  if (known.has(name)) return known.get(name);
  const group = name.length > 24 ? undefined : GROUPS.get(name.toLowerCase().replaceAll(/[._-]/g, ''));
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(name, group);
  return group;
}

/** Objects in a document that hold members of groups: `log.level`, `trace.id`, `dd.trace_id`, `context.span_id`, Filebeat's own `fields`. */
export const GROUP_CONTAINERS: ReadonlySet<string> = new Set([
  'log',
  'trace',
  'span',
  'dd',
  'otel',
  'context',
  'span_context',
  'fields',
]);

/** What loggers call their levels, by level; as the recognition of levels on the way in has them. */
const LEVEL_WORDS: Readonly<Record<LogLevel, readonly string[]>> = {
  unknown: [],
  trace: ['trc', 'silly', 'finest', 'finer', 't'],
  debug: ['dbg', 'debu', 'dbug', 'verbose', 'fine', 'd', 'v'],
  info: ['inf', 'information', 'informational', 'notice', 'i', 'n'],
  warn: ['warning', 'wrn', 'w'],
  error: ['err', 'eror', 'severe', 'e'],
  critical: ['crit', 'alert', 'c'],
  fatal: ['ftl', 'emerg', 'emergency', 'panic', 'dpanic', 'f'],
};

/** Each word that names a level, its own name among them, with the level. */
export const LEVEL_NAMES: ReadonlyMap<string, LogLevel> = new Map(
  LOG_LEVELS.filter((level) => level !== 'unknown').flatMap((level) =>
    [level, ...LEVEL_WORDS[level]].map((word) => [word, level] as const),
  ),
);

/** The level that a text names entirely, in any case; undefined where it names none. */
export function levelNamed(text: string): LogLevel | undefined {
  return LEVEL_NAMES.get(text.trim().toLowerCase());
}
