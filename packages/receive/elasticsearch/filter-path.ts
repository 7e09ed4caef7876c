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
  const kept = keep.length === 0 ? value : include(value, new FilterSet(keep));
  return kept === undefined || drop.length === 0 ? kept : exclude(kept, new FilterSet(drop));
}

/** The filters that hold at one place of an answer. Items of an array are alike, so what holds below a field is remembered. */
class FilterSet {
  readonly isEmpty: boolean;
  /** A filter has come to its end: the value is meant. */
  readonly isMet: boolean;
  readonly #below = new Map<string, FilterSet>();

  constructor(private readonly filters: readonly Filter[]) {
    this.isEmpty = filters.length === 0;
    this.isMet = filters.some((filter) => filter.length === 0);
  }

  /** Only `**` is left, which means every value. */
  get isAny(): boolean {
    return this.filters.some((filter) => filter.every((name) => name === '**'));
  }

  below(name: string): FilterSet {
    let set = this.#below.get(name);
    if (set === undefined) {
      set = new FilterSet(advance(this.filters, name));
      if (this.#below.size < MAX_REMEMBERED) this.#below.set(name, set);
    }
    return set;
  }
}

const MAX_REMEMBERED = 100;

function include(value: unknown, filters: FilterSet): unknown {
  if (filters.isMet) return value;
  if (Array.isArray(value)) return filled(value.map((element) => include(element, filters)));
  if (!isRecord(value)) return filters.isAny ? value : undefined;
  let out: Record<string, unknown> | undefined;
  for (const name of Object.keys(value)) {
    const below = filters.below(name);
    const kept = below.isEmpty ? undefined : include(value[name], below);
    if (kept === undefined) continue;
    out ??= {};
    out[name] = kept;
  }
  return out;
}

function exclude(value: unknown, filters: FilterSet): unknown {
  if (filters.isEmpty) return value;
  if (filters.isMet) return undefined;
  if (Array.isArray(value)) return filled(value.map((element) => exclude(element, filters)));
  if (!isRecord(value)) return value;
  let out: Record<string, unknown> | undefined;
  for (const name of Object.keys(value)) {
    const kept = exclude(value[name], filters.below(name));
    if (kept === undefined) continue;
    out ??= {};
    out[name] = kept;
  }
  return out;
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
