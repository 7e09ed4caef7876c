import { Labels } from '@petrel/model';
import type { ExpositionFormat } from '@petrel/wire';

/**
 * Joins the labels that a target exposes with its own. With honorLabels the exposed ones win (an exposed empty value too: names
 * in `exposedEmpty` are left out); without, the target's win and the exposed ones are kept as `exported_…`.
 */
export function joinLabels(
  exposed: Labels,
  target: Labels,
  honorLabels: boolean,
  exposedEmpty: readonly string[] = [],
): Labels {
  const map = new Map<string, string>(exposed);
  if (honorLabels) {
    for (const [name, value] of target) if (!map.has(name) && !exposedEmpty.includes(name)) map.set(name, value);
    return Labels.from(map);
  }
  const conflicts: [string, string][] = [];
  for (const [name, value] of target) {
    const before = map.get(name);
    if (before !== undefined) conflicts.push([name, before]);
    map.set(name, value);
  }
  // The shortest first, so that `exported_a` makes room for the conflict over `a`.
  conflicts.sort((a, b) => a[0].length - b[0].length);
  for (const [name, value] of conflicts) {
    let moved = name;
    do moved = `exported_${moved}`;
    while (map.has(moved));
    map.set(moved, value);
  }
  return Labels.from(map);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Names of the labels that a scraped series carries with an empty value; a label set in memory has no trace of them. */
export function emptyLabelNames(
  bytes: Uint8Array,
  start: number,
  end: number,
  format: ExpositionFormat,
): readonly string[] {
  return format === 'protobuf' ? emptyInKey(bytes, start, end) : emptyInText(bytes, start, end);
}

/** Names and values in turn, each closed by a byte that stands in no UTF-8 text. */
function emptyInKey(bytes: Uint8Array, start: number, end: number): readonly string[] {
  const names: string[] = [];
  let from = start;
  let name = '';
  for (let i = start, part = 0; i < end; i++) {
    if (bytes[i] !== KEY_SEPARATOR) continue;
    if (part % 2 === 0) name = Buffer.from(bytes.subarray(from, i)).toString('utf8');
    else if (i === from) names.push(name);
    from = i + 1;
    part++;
  }
  return names;
}

/** What follows the metric name in a protobuf series key. */
export function keyAfterName(bytes: Uint8Array, start: number, end: number): Uint8Array {
  let i = bytes.indexOf(KEY_SEPARATOR, start) + 1;
  i = bytes.indexOf(KEY_SEPARATOR, i) + 1;
  return bytes.subarray(i, end);
}

const KEY_SEPARATOR = 0xff;

function emptyInText(bytes: Uint8Array, start: number, end: number): readonly string[] {
  const names: string[] = [];
  let i = start;
  while (i < end && bytes[i] !== 0x7b) i++;
  let nameStart = ++i;
  while (i < end) {
    const c = bytes[i] as number;
    if (c === 0x2c) nameStart = i + 1;
    if (c !== QUOTE) {
      i++;
      continue;
    }
    const from = i;
    const close = closingQuote(bytes, i, end);
    let before = from - 1;
    while (before > nameStart && bytes[before] === 0x20) before--;
    if (close === from + 1 && bytes[before] === 0x3d) {
      names.push(Buffer.from(bytes.subarray(nameStart, before)).toString('utf8').trim().replace(/^"|"$/g, ''));
    }
    i = close + 1;
  }
  return names;
}

function closingQuote(bytes: Uint8Array, open: number, end: number): number {
  let i = open + 1;
  while (i < end && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
  return i;
}
