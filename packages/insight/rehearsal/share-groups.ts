import { outputMatcher, outputOf, selectorsOf } from '@petrel/rules/evaluation/output-match.ts';
import type { Rule, RuleGroup } from '@petrel/rules/rule-file/rule-group.ts';

/** Groups of two configurations, those rules that are the same in both taken out to be evaluated once. */
export interface SharedGroups {
  readonly both: readonly RuleGroup[];
  readonly proposed: readonly RuleGroup[];
  readonly current: readonly RuleGroup[];
}

/**
 * A proposed group is taken for the one in force that has its name, when there is only one such on each side: it gets that one's file, and so its
 * instants of evaluation, whatever the proposed file is called.
 */
export function alignGroups(proposed: readonly RuleGroup[], current: readonly RuleGroup[]): readonly RuleGroup[] {
  const named = (groups: readonly RuleGroup[], name: string) => groups.filter((group) => group.name === name);
  return proposed.map((group) => {
    const [twin, ...more] = named(current, group.name);
    const isOnly = twin !== undefined && more.length === 0 && named(proposed, group.name).length === 1;
    return isOnly && twin.file !== group.file ? { ...group, file: twin.file } : group;
  });
}

/**
 * Takes apart what both sides evaluate alike: rules that say the same in the same group at the same pace, and read nothing of a rule that is not so.
 * The rest stays with its side, together with the recording rules that it reads.
 */
export function shareGroups(proposed: readonly RuleGroup[], current: readonly RuleGroup[]): SharedGroups {
  const sides = [placesOf(proposed), placesOf(current)] as const;
  const keys = sides.map((side) => new Set(side.map(({ key }) => key)));
  const own = new Set(
    [...sides[0], ...sides[1]].map(({ key }) => key).filter((key) => !keys.every((set) => set.has(key))),
  );
  while (sides.some((side) => spread(side, own)));
  const [mine, theirs] = sides.map((side) =>
    pick(side, (place) => own.has(place.key) || isReadByOwn(place, side, own)),
  );
  return {
    both: pick(sides[0], ({ key }) => !own.has(key)),
    proposed: mine as readonly RuleGroup[],
    current: theirs as readonly RuleGroup[],
  };
}

/** A rule of one side, under a key that is equal for rules that evaluate alike. */
interface Place {
  readonly group: RuleGroup;
  readonly rule: Rule;
  readonly key: string;
}

/** Rules that read a rule of their own side alone are so too, and so are alerts that such a rule reads. True when there were more. */
function spread(side: readonly Place[], own: Set<string>): boolean {
  const before = own.size;
  for (const { rule, key } of side) {
    const reads = outputMatcher(selectorsOf(rule));
    for (const other of side) {
      if (own.has(key) === own.has(other.key) || !reads(outputOf(other.rule))) continue;
      if (own.has(other.key)) own.add(key);
      else if (other.rule.kind === 'alerting') own.add(other.key);
    }
  }
  return own.size > before;
}

/** Whether it is a recording rule that a rule of the side alone reads, be it by way of other recording rules. */
function isReadByOwn(
  { rule, key }: Place,
  side: readonly Place[],
  own: ReadonlySet<string>,
  seen = new Set<string>(),
): boolean {
  if (rule.kind !== 'recording' || seen.has(key)) return false;
  seen.add(key);
  const output = outputOf(rule);
  return side.some((reader) => {
    if (!outputMatcher(selectorsOf(reader.rule))(output)) return false;
    return own.has(reader.key) || isReadByOwn(reader, side, own, seen);
  });
}

function pick(side: readonly Place[], isWanted: (place: Place) => boolean): readonly RuleGroup[] {
  const rules = new Map<RuleGroup, Rule[]>();
  for (const place of side)
    if (isWanted(place)) rules.set(place.group, [...(rules.get(place.group) ?? []), place.rule]);
  return [...rules].map(([group, wanted]) => ({ ...group, rules: wanted }));
}

function placesOf(groups: readonly RuleGroup[]): readonly Place[] {
  const counts = new Map<string, number>();
  return groups.flatMap((group) => {
    const { file, name, intervalMs, queryOffsetMs, limit } = group;
    return group.rules.map((rule) => {
      const said = JSON.stringify([file, name, intervalMs ?? null, queryOffsetMs ?? null, limit, ...wordsOf(rule)]);
      const count = (counts.get(said) ?? 0) + 1;
      counts.set(said, count);
      return { group, rule, key: `${said}#${count}` };
    });
  });
}

function wordsOf(rule: Rule): readonly unknown[] {
  const { kind, name, expr, labels } = rule;
  const words = [kind, name, expr.trim(), Object.entries(labels).sort()];
  if (rule.kind === 'recording') return words;
  const { forMs, keepFiringForMs, annotations, missingData } = rule;
  return [...words, forMs, keepFiringForMs, Object.entries(annotations).sort(), missingData ?? null];
}
