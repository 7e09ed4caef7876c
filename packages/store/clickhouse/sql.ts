/** A piece of SQL with its bound values. Only this file makes one, so text from outside can never become SQL. */
export class Sql {
  constructor(
    readonly strings: readonly string[],
    readonly values: readonly (Bound | Sql)[],
  ) {}

  /** The statement with `{p0:Type}` placeholders and the values by placeholder name. */
  render(): { query: string; params: Record<string, unknown> } {
    const params: Record<string, unknown> = {};
    let query = '';
    let next = 0;
    const visit = (piece: Sql): void => {
      piece.strings.forEach((text, i) => {
        query += text;
        const value = piece.values[i];
        if (value === undefined) return;
        if (value instanceof Sql) visit(value);
        else {
          query += `{p${next}:${value.type}}`;
          params[`p${next++}`] = value.value;
        }
      });
    };
    visit(this);
    return { query, params };
  }
}

interface Bound {
  readonly type: string;
  readonly value: unknown;
}

/** What may stand in `${…}`: strings and whole numbers are bound as String and Int64; a `Sql` piece is spliced in. */
export type SqlValue = Sql | Bound | string | number;

export function sql(strings: TemplateStringsArray, ...values: SqlValue[]): Sql {
  return new Sql(strings, values.map(toBound));
}

function toBound(value: SqlValue): Bound | Sql {
  if (typeof value === 'string') return { type: 'String', value };
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`);
    return { type: 'Int64', value };
  }
  return value;
}

/** A database, table, column or cluster name; it is our own configuration, so anything unusual is refused. */
export function identifier(name: string): Sql {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) throw new RangeError(`not a usable identifier: ${JSON.stringify(name)}`);
  return new Sql([`\`${name}\``], []);
}

/** Text written in this package's source, never computed from input. */
export function literal(text: string): Sql {
  return new Sql([text], []);
}

export function joinSql(pieces: readonly Sql[], separator: ' AND ' | ' OR ' | ', ' | ' '): Sql {
  if (pieces.length === 0) return literal('');
  return new Sql(['', ...pieces.slice(1).map(() => separator), ''], pieces);
}

/** A time in whole milliseconds as DateTime64(3). */
export function timeMs(ms: number): Sql {
  return sql`fromUnixTimestamp64Milli(${ms}, 'UTC')`;
}

// 1900-01-01, from where on DateTime64 counts, and the last nanosecond that 64 bits can name.
const FIRST_NS = -2_208_988_800_000_000_000n;
const LAST_NS = 9_223_372_036_854_775_807n;

/** The time of nanoseconds since the epoch nearest to `ns` that DateTime64(9) can hold. */
export function clampNs(ns: bigint): bigint {
  return ns < FIRST_NS ? FIRST_NS : ns > LAST_NS ? LAST_NS : ns;
}

/** A whole number of 64 bits with its sign, written out: bound numbers end at 2^53. */
export function int64Literal(n: bigint): Sql {
  return literal(`toInt64(${BigInt.asIntN(64, n)})`);
}

/** A time in nanoseconds as DateTime64(9), cut to what that can hold. */
export function timeNs(ns: bigint): Sql {
  return sql`fromUnixTimestamp64Nano(${int64Literal(clampNs(ns))}, 'UTC')`;
}

/**
 * Series ids (pairs of high and low words) as number literals in the statement's body: a list of thousands does not fit the URL that
 * carries bound values, and digits cannot carry SQL.
 */
export function uint64List(ids: readonly bigint[]): Sql {
  return literal(ids.length === 0 ? '0' : ids.map((id) => BigInt.asUintN(64, id).toString()).join(','));
}

// What travels in the URL with everything else, which holds 16 KB.
const BOUND_TEXT_MAX = 1_000;

/** A text of any length: a long one is written into the statement's body. */
export function anyText(text: string): Sql {
  return text.length <= BOUND_TEXT_MAX ? sql`${text}` : quoted([text]);
}

function quoted(texts: readonly string[]): Sql {
  return literal(texts.map((text) => `'${text.replaceAll(/['\\]/g, '\\$&')}'`).join(','));
}

/** Texts that are bound; longer lists are written out. */
const BOUND_TEXTS_MAX = 16;

/**
 * Any number of texts, separated by commas. Bound values travel in the URL, which holds a few hundred of them, so a longer list is written
 * as quoted literals into the statement's body.
 */
export function textList(texts: readonly string[]): Sql {
  if (texts.length <= BOUND_TEXTS_MAX) {
    return joinSql(
      texts.map((text) => sql`${text}`),
      ', ',
    );
  }
  return quoted(texts);
}
