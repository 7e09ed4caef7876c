import { levelOfBytes } from './level.ts';

const COLON = 0x3a;

/**
 * The code of the level that a word of a text names, 0 where it names none. Three letters at least. Words that prose uses too (trace, notice, alert, …)
 * count in capitals only, or where a mark stands behind them as behind a level: `panic: …`, `[notice] …`, `alert | …`.
 */
export function levelOfWord(bytes: Uint8Array, from: number, to: number): number {
  const size = to - from;
  if (size < 3 || size > 9) return 0;
  const code = levelOfBytes(bytes, from, to);
  if (code === 0 || isPlain(bytes, from, size)) return code;
  for (let i = from; i < to; i++) if ((bytes[i] as number) >= 0x61) return isMarked(bytes, to) ? code : 0;
  return code;
}

/** Words that hardly ever mean anything but a level: debug, dbg, info, inf, warn, warning, wrn, error, err, critical, crit, fatal, ftl. */
function isPlain(bytes: Uint8Array, from: number, size: number): boolean {
  switch ((bytes[from] as number) | 0x20) {
    case 0x64: // d: not `dpanic`, which has `panic`'s company.
      return size === 3 || size === 5;
    case 0x69: // i
      return size === 3 || size === 4;
    case 0x77: // w
      return true;
    case 0x65: // e: not `emergency`.
      return size === 3 || (size === 5 && ((bytes[from + 1] as number) | 0x20) === 0x72);
    case 0x63: // c
      return true;
    case 0x66: // f: fatal and ftl, not fine.
      return size === 3 || (size === 5 && ((bytes[from + 1] as number) | 0x20) === 0x61);
    default:
      return false;
  }
}

function isMarked(bytes: Uint8Array, at: number): boolean {
  const mark = bytes[at];
  if (mark === COLON || mark === 0x5d || mark === 0x7c || mark === 0x3e) return true;
  return mark === 0x20 && (bytes[at + 1] === 0x7c || bytes[at + 1] === COLON);
}
