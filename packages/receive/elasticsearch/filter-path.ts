import { matchesWildcard } from './wildcard.ts';

/** One filter taken apart at its dots: names with `*` in them, or `**` for any depth. */
type Filter = readonly string[];

/**
 * `filter_path` of a query: a comma-separated list of paths to keep, those with `-` in front to leave out. Fields and elements of arrays that have nothing left go too.
 * Returns undefined where nothing is left.
 */
export function filterPath(value: unknown, filters: string): unknown {
  const keep: Filter[] = [];
  const drop: Filter[] = [];
  for (const part of filters.split(',')) {
    const text = part.trim();
    if (text.startsWith('-')) drop.push(text.slice(1).split('.'));
    else if (text !== '') keep.push(text.split('.'));
  }
  const kept = keep.length === 0 ? value : include(value, keep);
  return kept === undefined || drop.length === 0 ? kept : exclude(kept, drop);
}

function include(value: unknown, filters: readonly Filter[]): unknown {
  if (filters.some((filter) => filter.length === 0)) return value;
  if (Array.isArray(value)) return filled(value.map((element) => include(element, filters)));
  if (!isRecord(value)) return filters.some((filter) => filter.every((name) => name === '**')) ? value : undefined;
  const out: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const rest = advance(filters, name);
    const kept = rest.length === 0 ? undefined : include(member, rest);
    if (kept !== undefined) out[name] = kept;
  }
  return Object.keys(out).length === 0 ? undefined : out;
}

function exclude(value: unknown, filters: readonly Filter[]): unknown {
  if (filters.length === 0) return value;
  if (filters.some((filter) => filter.length === 0)) return undefined;
  if (Array.isArray(value)) return filled(value.map((element) => exclude(element, filters)));
  if (!isRecord(value)) return value;
  const out: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const kept = exclude(member, advance(filters, name));
    if (kept !== undefined) out[name] = kept;
  }
  return Object.keys(out).length === 0 ? undefined : out;
}

function filled(elements: readonly unknown[]): unknown {
  const out = elements.filter((element) => element !== undefined);
  return out.length === 0 ? undefined : out;
}

/** What is left of the filters below a field. */
function advance(filters: readonly Filter[], name: string): Filter[] {
  const out: Filter[] = [];
  for (const filter of filters) {
    const [first = '', ...rest] = filter;
    if (first === '**') {
      out.push(filter);
      for (const skipped of advance([rest], name)) out.push(skipped);
    } else if (matchesWildcard(first, name)) out.push(rest);
  }
  return out;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
