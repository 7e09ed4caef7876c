/** How OpenTelemetry names become Prometheus names; the words are those of Prometheus's configuration. */
export type TranslationStrategy =
  | 'UnderscoreEscapingWithSuffixes'
  | 'UnderscoreEscapingWithoutSuffixes'
  | 'NoUTF8EscapingWithSuffixes'
  | 'NoTranslation';

/** A metric's kind as far as its name depends on it. */
export type NamedKind = 'gauge' | 'monotoniccounter' | 'other';

export interface NamingOptions {
  readonly strategy: TranslationStrategy;
  readonly namespace?: string;
}

/** A name, or why there is none. */
export type NameOutcome = { readonly name: string } | { readonly refusal: string };

const UNITS: ReadonlyMap<string, string> = new Map([
  ['d', 'days'],
  ['h', 'hours'],
  ['min', 'minutes'],
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds'],
  ['By', 'bytes'],
  ['KiBy', 'kibibytes'],
  ['MiBy', 'mebibytes'],
  ['GiBy', 'gibibytes'],
  ['TiBy', 'tibibytes'],
  ['KBy', 'kilobytes'],
  ['MBy', 'megabytes'],
  ['GBy', 'gigabytes'],
  ['TBy', 'terabytes'],
  ['m', 'meters'],
  ['V', 'volts'],
  ['A', 'amperes'],
  ['J', 'joules'],
  ['W', 'watts'],
  ['g', 'grams'],
  ['Cel', 'celsius'],
  ['Hz', 'hertz'],
  ['1', ''],
  ['%', 'percent'],
]);

const PER_UNITS: ReadonlyMap<string, string> = new Map([
  ['s', 'second'],
  ['m', 'minute'],
  ['h', 'hour'],
  ['d', 'day'],
  ['w', 'week'],
  ['mo', 'month'],
  ['y', 'year'],
]);

/** The metric name under a strategy. Source: prometheus/otlptranslator and the OpenTelemetry specification, "Prometheus compatibility". */
export function metricNameOf(name: string, unit: string, kind: NamedKind, options: NamingOptions): NameOutcome {
  const { strategy, namespace = '' } = options;
  const suffixed = strategy === 'UnderscoreEscapingWithSuffixes' || strategy === 'NoUTF8EscapingWithSuffixes';
  const suffixes = suffixed ? suffixesOf(unit, kind) : NO_SUFFIXES;
  const utf8 = strategy === 'NoTranslation' || strategy === 'NoUTF8EscapingWithSuffixes';
  if (utf8) {
    const base = suffixed ? withSuffixes(name, suffixes) : name;
    return base === '' ? empty(name) : { name: namespace === '' ? base : `${namespace}_${base}` };
  }
  const base = suffixed ? joinedTokens(name, namespace, suffixes) : escaped(name, namespace);
  if (base === '') return empty(name);
  const legal = /^\d/.test(base) ? `_${base}` : base;
  if (/^_+$/.test(legal) && legal !== name) return refused(name, legal);
  return { name: legal };
}

/** The unit in words, as Prometheus's metadata shows it (`By/s` → `bytes_per_second`). */
export function unitNameOf(unit: string): string {
  const { main, per } = unitSuffixes(unit);
  return [main, per].filter((part) => part !== '').join('_');
}

interface Suffixes {
  readonly main: string;
  readonly per: string;
  /** `total`, `ratio` or ''. */
  readonly kind: string;
}

const NO_SUFFIXES: Suffixes = { main: '', per: '', kind: '' };

function suffixesOf(unit: string, kind: NamedKind): Suffixes {
  const word = kind === 'monotoniccounter' ? 'total' : kind === 'gauge' && unit.trim() === '1' ? 'ratio' : '';
  return { ...unitSuffixes(unit), kind: word };
}

function unitSuffixes(unit: string): { readonly main: string; readonly per: string } {
  const slash = unit.indexOf('/');
  const mainUnit = (slash < 0 ? unit : unit.slice(0, slash)).trim();
  const perUnit = slash < 0 ? '' : unit.slice(slash + 1).trim();
  const main = /[{}]/.test(mainUnit) ? '' : cleanUnit(UNITS.get(mainUnit) ?? mainUnit);
  const per = /[{}]/.test(perUnit) ? '' : cleanUnit(PER_UNITS.get(perUnit) ?? perUnit);
  return { main, per: per === '' ? '' : `per_${per}` };
}

function cleanUnit(unit: string): string {
  return unit
    .split(/[^a-zA-Z0-9]+/)
    .filter((part) => part !== '')
    .join('_');
}

/** Puts each suffix behind the name, once, in the order unit, per-unit, kind. */
function withSuffixes(name: string, { main, per, kind }: Suffixes): string {
  let base = kind === '' ? name : withoutSuffix(name, kind);
  for (const suffix of [per, main]) if (suffix !== '') base = withoutSuffix(base, suffix);
  return [base, main, per, kind].filter((part) => part !== '').join('_');
}

function withoutSuffix(name: string, suffix: string): string {
  return name.endsWith(`_${suffix}`) ? name.slice(0, -suffix.length - 1) : name;
}

function joinedTokens(name: string, namespace: string, { main, per, kind }: Suffixes): string {
  let tokens = tokensOf(name);
  const nameless = tokens.length === 0;
  if (main !== '') addMissing(tokens, main.split('_'));
  if (per !== '') {
    const perTokens = per.split('_');
    if (!tokens.includes(perTokens.slice(1).join('_'))) tokens.push(...perTokens);
  }
  if (kind !== '') tokens = [...tokens.filter((token) => token !== kind), kind];
  return nameless ? '' : [...tokensOf(namespace), ...tokens].join('_');
}

/** A unit of several words is added word by word where the name does not have it. */
function addMissing(tokens: string[], words: readonly string[]): void {
  if (words.length === 1) {
    if (!tokens.includes(words[0] as string)) tokens.push(words[0] as string);
  } else tokens.push(...words);
}

function tokensOf(text: string): string[] {
  return text.split(/[^a-zA-Z0-9:]+/).filter((token) => token !== '');
}

/** Runs of illegal characters become one underscore; underscores that stand already stay. */
function escaped(name: string, namespace: string): string {
  const legal = (text: string): string =>
    text
      .split(/[^a-zA-Z0-9:_]+/)
      .filter((part) => part !== '')
      .join('_');
  const base = legal(name);
  return namespace === '' || base === '' ? base : `${legal(namespace)}_${base}`;
}

function empty(name: string): NameOutcome {
  return { refusal: `normalization for metric ${JSON.stringify(name)} resulted in empty name` };
}

function refused(name: string, legal: string): NameOutcome {
  return {
    refusal: `normalization for metric ${JSON.stringify(name)} resulted in invalid name ${JSON.stringify(legal)}`,
  };
}

export interface LabelNamingOptions {
  readonly utf8: boolean;
  /** Put `key` before a name that begins with one underscore. */
  readonly sanitizeUnderscore?: boolean;
  /** Keep runs of underscores instead of making them one. */
  readonly keepMultipleUnderscores?: boolean;
}

/** The label name of an attribute. `__name__`-like names keep their outer underscores. */
export function labelNameOf(key: string, options: LabelNamingOptions): NameOutcome {
  if (key === '') return { refusal: 'label name is empty' };
  if (options.utf8) {
    return /^_+$/.test(key)
      ? { refusal: `label name ${JSON.stringify(key)} contains only underscores` }
      : { name: key };
  }
  let name = '';
  for (const character of key) name += /^[a-zA-Z0-9_]$/.test(character) ? character : '_';
  if (!options.keepMultipleUnderscores) {
    const reserved = /^__.+__$/.test(key) && key.length > 4;
    const collapsed = (reserved ? name.slice(2, -2) : name).replace(/__+/g, '_');
    name = reserved ? `__${collapsed}__` : collapsed;
  }
  if (/^_+$/.test(name)) {
    return {
      refusal: `normalization for label name ${JSON.stringify(key)} resulted in invalid name ${JSON.stringify(name)}`,
    };
  }
  if (/^\d/.test(name)) return { name: `key_${name}` };
  return { name: options.sanitizeUnderscore && /^_(?!_)/.test(name) ? `key${name}` : name };
}
