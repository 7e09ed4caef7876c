import { parseLogTime } from './log-time.ts';
import { LineRecogniser, WANT_SERVICE, WANT_TIME } from './recognise.ts';

/** What a record says about itself that its stream and its time are made of. */
export interface RecognisedRecord {
  /** It starts as a JSON object does. */
  readonly json: boolean;
  /** '' where it names none. */
  readonly service: string;
  /** Nanoseconds since the epoch; undefined where it has no time that can be read. */
  readonly tsNs: bigint | undefined;
}

const recogniser = new LineRecogniser();
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads service (`service`, `service.name`, `service_name`, `{"service":{"name":…}}`) and time (`timestamp`, `@timestamp`, `time`, `ts`) of a JSON or logfmt record
 * in bytes `[from, to)`, for doors whose protocol does not name them.
 */
export function recogniseRecord(bytes: Uint8Array, from: number, to: number): RecognisedRecord {
  recogniser.recognise(bytes, from, to, WANT_SERVICE | WANT_TIME);
  const { json, serviceFrom, serviceTo, timeFrom, timeTo } = recogniser;
  return {
    json,
    service: textOf(bytes, serviceFrom, serviceTo, json),
    tsNs: timeTo > timeFrom ? timeOf(textOf(bytes, timeFrom, timeTo, json)) : undefined,
  };
}

/** Numbers before March 1973 are counts and durations that are called a time. */
const MIN_NS = 100_000_000_000_000_000n;

function timeOf(text: string): bigint | undefined {
  const ns = parseLogTime(text);
  return ns === undefined || (ns < MIN_NS && /^[0-9.]+$/.test(text)) ? undefined : ns;
}

function textOf(bytes: Uint8Array, from: number, to: number, json: boolean): string {
  if (to <= from) return '';
  const text = utf8.decode(bytes.subarray(from, to));
  if (!json || !text.includes('\\')) return text;
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}
