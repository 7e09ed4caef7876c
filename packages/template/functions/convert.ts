import { quoteGo } from '../print/quote.ts';
import { FunctionError } from '../template-error.ts';
import { DURATION, NS_PER_SECOND } from '../time/duration.ts';
import { GoInt } from '../values/go-value.ts';
import { intOf, typeOf } from '../values/inspect.ts';
import { parseGoFloat } from '../values/parse-number.ts';

/** What the humanising functions take for a number: numbers, durations (in seconds), text. Throws FunctionError. */
export function toFloat(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return parseFloatStrict(value);
  if (value instanceof GoInt && value.type === DURATION) return Number(value.value) / NS_PER_SECOND;
  const int = intOf(value);
  if (int !== undefined) return Number(int);
  throw new FunctionError(`can't convert ${typeOf(value)?.name ?? '<nil>'} to float`);
}

/** Go's strconv.ParseFloat. Throws FunctionError in its words, for what is out of range too. */
export function parseFloatStrict(text: string): number {
  const float = parseGoFloat(text);
  const problem = (what: string): FunctionError =>
    new FunctionError(`strconv.ParseFloat: parsing ${quoteGo(text)}: ${what}`);
  if (float === undefined) throw problem('invalid syntax');
  if (!Number.isFinite(float) && !/inf|nan/i.test(text)) throw problem('value out of range');
  return float;
}
