/** Date math in a name: `<app-logs-{now/d}-000001>`. */
const DATE_MATH = /^<(.*)>$/s;

/** `.ds-NAME-2026.11.25-000001`: the index behind a data stream. */
const BACKING = /^\.ds-(.+)-\d{4}\.\d{2}\.\d{2}-\d{6,}$/s;

/** A counter of rollovers. */
const GENERATION = /[-_.]\d{6}$/;

/** Years, months, weeks, days and hours as index names have them: 2026.11.25, 2026-11, 2026.w48, 20261125, 2026.11.25.14. */
const DATE =
  /[-_.]?(?:(?:19|20)\d{2}([-_.]?)(?:[wW]\d{2}|(?:0[1-9]|1[0-2])(?:\1(?:0[1-9]|[12]\d|3[01])(?:[-_.]?(?:[01]\d|2[0-3]))?)?))$/;

/**
 * The part of an index name that does not change from day to day: without the date, the counter of rollovers, and what Elasticsearch puts around the name of
 * a data stream. A name that is nothing else stays as it is.
 */
export function stableIndexName(name: string): string {
  const backing = BACKING.exec(name);
  if (backing !== null) return backing[1] as string;
  const math = DATE_MATH.exec(name);
  if (math !== null) {
    const fixed = (math[1] as string).replace(/[-_.]?\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, '').replace(GENERATION, '');
    return fixed === '' ? name : fixed;
  }
  const short = name.replace(GENERATION, '').replace(DATE, '');
  return short === '' ? name : short;
}
