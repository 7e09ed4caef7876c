import { list, record } from '@petrel/config/schema/composite.ts';
import { duration, integer, string } from '@petrel/config/schema/scalars.ts';
import type { TableReport, Type } from '@petrel/config/schema/schema.ts';
import { field, isUsable, optional, table } from '@petrel/config/schema/schema.ts';
import type { FilePlace } from './rule-group.ts';

/** A rule as it stands in the file, nothing of it checked yet but the types of its fields. */
export interface WrittenRule {
  readonly record: string;
  readonly alert: string;
  readonly expr: string;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** `groups[0].rules[1]`. */
  readonly path: string;
  /** Of the rule, and of the value of each field that has one. */
  readonly place: FilePlace;
  readonly placeOf: (key: string) => FilePlace;
}

export interface WrittenGroup {
  readonly name: string;
  readonly intervalMs: number;
  readonly queryOffsetMs?: number;
  readonly limit: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly rules: readonly WrittenRule[];
  readonly path: string;
  readonly place: FilePlace;
}

const places = new WeakMap<Readonly<Record<string, string>>, ReadonlyMap<string, FilePlace>>();

/** Where a label's or an annotation's text begins. */
export function placeOfText(texts: Readonly<Record<string, string>>, name: string): FilePlace | undefined {
  return places.get(texts)?.get(name);
}

const strings = record(string);

/** Names and texts, whose places are kept. */
const texts: Type<Readonly<Record<string, string>>> = {
  ...strings,
  decode(node, place) {
    const value = strings.decode(node, place);
    if (isUsable(value) && node.kind === 'map') {
      places.set(value, new Map([...node.entries].map(([name, entry]) => [name, entry.value.position])));
    }
    return value;
  },
};

type Located<T> = Omit<T, 'path' | 'place' | 'placeOf'>;

function locate<T extends object>(raw: T, report: TableReport) {
  // A key that nobody can have written yields the place of the table itself.
  return { ...raw, path: report.place.path, place: report.positionOf('\u0000'), placeOf: report.positionOf };
}

const rule = table<Located<WrittenRule>, WrittenRule>(
  'rulefmt.Rule',
  {
    record: field('record', string, '', 'The metric that is recorded.'),
    alert: field('alert', string, '', "The alert's name."),
    expr: field('expr', string, '', 'PromQL.'),
    forMs: field('for', duration, 0, 'How long the expression must hold before the alert fires.'),
    keepFiringForMs: field(
      'keep_firing_for',
      duration,
      0,
      'How long the alert fires on when it does not hold any more.',
    ),
    labels: field('labels', texts, {}, 'Added; templates in alerting rules.'),
    annotations: field('annotations', texts, {}, 'Templates, for people.'),
  },
  { finish: locate },
);

const group = table<Located<WrittenGroup>, WrittenGroup>(
  'rulefmt.RuleGroup',
  {
    name: field('name', string, '', 'Unique in the file.'),
    intervalMs: field('interval', duration, 0, 'How often; default: global.evaluation_interval.'),
    queryOffsetMs: optional('query_offset', duration, 'How far back; default: global.rule_query_offset.'),
    limit: field('limit', integer(Number.MIN_SAFE_INTEGER), 0, 'Series or alerts of a rule; 0: no limit.'),
    labels: field('labels', record(string), {}, 'Added to every rule that does not set them.'),
    rules: field('rules', list(rule), [], 'Evaluated in order.'),
  },
  { finish: locate },
);

/** The keys of a rule file. */
export const ruleFileTable = table<{ readonly groups: readonly WrittenGroup[] }>('rulefmt.RuleGroups', {
  groups: field('groups', list(group), [], 'Groups of rules.'),
});
