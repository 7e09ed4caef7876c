import type { LogPredicate } from '@petrel/model';

/** What is known of a condition: lines that satisfy it satisfy the predicate (absent: every line may); where exact, no others do. */
export interface PredicatePart {
  readonly predicate?: LogPredicate;
  readonly exact: boolean;
}

/** Nothing is known. */
export const UNKNOWN: PredicatePart = { exact: false };

/** Every line satisfies it. */
export const ALWAYS: PredicatePart = { exact: true };

export function exactly(predicate: LogPredicate): PredicatePart {
  return { predicate, exact: true };
}

export function allOf(parts: readonly PredicatePart[]): PredicatePart {
  const predicates = parts.flatMap(({ predicate }) => (predicate === undefined ? [] : [predicate]));
  const exact = parts.every((part) => part.exact);
  return predicates.length === 0 ? { exact } : { predicate: joined('and', predicates), exact };
}

export function anyOf(parts: readonly PredicatePart[]): PredicatePart {
  const always = parts.find(({ predicate }) => predicate === undefined);
  if (always !== undefined)
    return parts.some(({ predicate, exact }) => predicate === undefined && exact) ? ALWAYS : UNKNOWN;
  return {
    predicate: joined(
      'or',
      parts.map(({ predicate }) => predicate as LogPredicate),
    ),
    exact: parts.every(({ exact }) => exact),
  };
}

/** That none is satisfied: of those that are not exact nothing follows. */
export function noneOf(parts: readonly PredicatePart[]): PredicatePart {
  const known = parts.filter(({ exact }) => exact);
  // A condition that always holds lets no line through; for that there is no predicate, nor need of one.
  if (known.some(({ predicate }) => predicate === undefined)) return UNKNOWN;
  const predicates = known.map(({ predicate }) => predicate as LogPredicate);
  const exact = known.length === parts.length;
  return predicates.length === 0 ? { exact } : { predicate: { kind: 'not', part: joined('or', predicates) }, exact };
}

/** One predicate of several; those of the same kind are taken apart, a single one stays as it is. */
export function joined(kind: 'and' | 'or', parts: readonly LogPredicate[]): LogPredicate {
  const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  const [only] = flat;
  return only !== undefined && flat.length === 1 ? only : { kind, parts: flat };
}
