import { GoTime } from '../time/go-time.ts';
import { localZone } from '../time/zone.ts';
import { ANY, STRING } from '../values/go-type.ts';
import { type FunctionTable, type GoFunction, goFunction } from '../values/go-value.ts';
import { isTrue } from '../values/inspect.ts';
import { NUMBER_FUNCTIONS } from './number-functions.ts';
import { parseByteSize } from './parse-bytes.ts';
import { parseGoDurationSeconds } from './parse-duration.ts';
import { TEXT_FUNCTIONS } from './text-functions.ts';
import { timeFunctions } from './time-functions.ts';

/** What the functions of line_format and label_format need to know of the line they run on. */
export interface LokiEnvironment {
  /** `__line__` */
  readonly line: () => string;
  /** `__timestamp__`, nanoseconds since 1970. */
  readonly timestampNs: () => bigint;
  /** Milliseconds since 1970: `now`. Default: the clock. */
  readonly nowMs?: () => number;
}

/** Objects, lists, texts, float64s, booleans; what is no JSON is nil. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const STATIC: readonly (readonly [string, GoFunction])[] = [
  ...TEXT_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ['bytes', goFunction([STRING], ([text]) => parseByteSize(text as string))],
  ['duration', goFunction([STRING], ([text]) => parseGoDurationSeconds(text as string))],
  ['duration_seconds', goFunction([STRING], ([text]) => parseGoDurationSeconds(text as string))],
  ['fromJson', goFunction([STRING], ([text]) => fromJson(text as string))],
  [
    'default',
    goFunction([ANY, ANY], ([fallback, ...given]) => (isTrue(given[0]) ? given[0] : fallback), { variadic: true }),
  ],
];

/** The functions that templates of log queries have in Loki 3. */
export function lokiFunctions({ line, timestampNs, nowMs = Date.now }: LokiEnvironment): FunctionTable {
  return new Map<string, GoFunction>([
    ...STATIC,
    ...timeFunctions(nowMs),
    ['__line__', goFunction([], () => line())],
    ['__timestamp__', goFunction([], () => GoTime.fromUnixNs(timestampNs(), localZone()))],
  ]);
}
