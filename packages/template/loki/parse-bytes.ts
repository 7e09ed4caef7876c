import { parseFloatStrict } from '../functions/convert.ts';
import { FunctionError } from '../template-error.ts';

const LETTERS = ['k', 'm', 'g', 't', 'p', 'e'] as const;

/** Bytes per unit, by lower-case name: `k`, `kb` are powers of 1000, `ki`, `kib` of 1024. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ...LETTERS.flatMap((letter, i): (readonly [string, number])[] => [
    [letter, 1000 ** (i + 1)],
    [`${letter}b`, 1000 ** (i + 1)],
    [`${letter}i`, 1024 ** (i + 1)],
    [`${letter}ib`, 1024 ** (i + 1)],
  ]),
]);

const MAX_BYTES = 2 ** 64;

/** Bytes of a size as log lines write it: `42`, `3 kB`, `1.5MiB`, `1,024 b`; a whole number. Throws FunctionError: `unhandled size name: qb`. */
export function parseByteSize(text: string): number {
  const number = /^[\p{Nd}.,]*/u.exec(text)?.[0] ?? '';
  const value = parseFloatStrict(number.replaceAll(',', ''));
  const unit = text.slice(number.length).trim().toLowerCase();
  const scale = UNITS.get(unit);
  if (scale === undefined) throw new FunctionError(`unhandled size name: ${unit}`);
  const bytes = value * scale;
  if (bytes >= MAX_BYTES) throw new FunctionError(`too large: ${text}`);
  return Math.trunc(bytes);
}
