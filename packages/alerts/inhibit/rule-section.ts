import { list } from '@petrel/config/schema/composite.ts';
import { show, string } from '@petrel/config/schema/scalars.ts';
import type { TableReport, Type } from '@petrel/config/schema/schema.ts';
import { field, table } from '@petrel/config/schema/schema.ts';
import type { Matcher } from '@petrel/model';
import { equalMatchers, matcherList, regexMatchers } from '../config/matchers.ts';
import { compileMatcher, compileMatchers, isValidLabelName } from '../matcher/index.ts';
import type { InhibitRule, InhibitSource } from './inhibit-rule.ts';

interface SourceFields {
  readonly matchers: readonly Matcher[];
  readonly equal: readonly string[];
}

interface RuleFields {
  readonly name: string;
  readonly sourceMatch: readonly Matcher[];
  readonly sourceMatchRe: readonly Matcher[];
  readonly sourceMatchers: readonly Matcher[];
  readonly sources: readonly SourceFields[];
  readonly targetMatch: readonly Matcher[];
  readonly targetMatchRe: readonly Matcher[];
  readonly targetMatchers: readonly Matcher[];
  readonly equal: readonly string[];
}

const sourceSection = table<SourceFields>(
  'inhibit_rule_source',
  {
    matchers: field('matchers', matcherList, [], 'What must fire.'),
    equal: field('equal', list(string), [], 'Labels in which it agrees with the inhibited alert.'),
  },
  {
    check({ matchers, equal }, report) {
      const index = /\d+(?=\]$)/.exec(report.place.path)?.[0] ?? '0';
      if (matchers.length === 0) report.error('matchers', `source ${index}: matchers must not be empty`);
      else if (matchers.every((matcher) => compileMatcher(matcher)(''))) {
        report.error('matchers', `source ${index}: at least one matcher must not match the empty string`);
      }
      checkEqual(equal, 'source equal list', report);
    },
  },
);

const rule = table<RuleFields, InhibitRule>(
  'inhibit_rule',
  {
    name: field('name', string, '', 'For people.'),
    sourceMatch: field('source_match', equalMatchers, [], 'Old form of `source_matchers`: labels and their values.'),
    sourceMatchRe: field('source_match_re', regexMatchers, [], 'Old form, with regular expressions.'),
    sourceMatchers: field('source_matchers', matcherList, [], 'The alerts that inhibit.'),
    sources: field('sources', list(sourceSection), [], 'Several kinds of alerts that inhibit when all of them fire.'),
    targetMatch: field('target_match', equalMatchers, [], 'Old form of `target_matchers`: labels and their values.'),
    targetMatchRe: field('target_match_re', regexMatchers, [], 'Old form, with regular expressions.'),
    targetMatchers: field('target_matchers', matcherList, [], 'The alerts that are inhibited.'),
    equal: field('equal', list(string), [], 'Labels in which both agree.'),
  },
  {
    check(raw, report) {
      const others = ['source_match', 'source_match_re', 'source_matchers', 'equal'];
      if (raw.sources.length > 0 && [sourcesOf(raw), raw.equal].some((given) => given.length > 0)) {
        report.error('sources', `sources cannot be combined with ${others.slice(0, 3).join(', ')}, or ${others[3]}`);
      }
      checkEqual(raw.equal, 'equal list', report);
    },
    finish: (raw, report) => ruleOf(raw, report.positionOf('').line),
  },
);

/** An entry of `inhibit_rules`. */
export const inhibitRule: Type<InhibitRule> = { ...rule, nullWarning: 'an empty entry inhibits nothing' };

function ruleOf(raw: RuleFields, line: number): InhibitRule {
  const targetMatchers = [...raw.targetMatch, ...raw.targetMatchRe, ...raw.targetMatchers];
  const sources = raw.sources.length > 0 ? raw.sources : [{ matchers: sourcesOf(raw), equal: raw.equal }];
  const compiled = sources.map((one): InhibitSource => ({ ...one, matches: compileMatchers(one.matchers) }));
  const first = compiled[0] as InhibitSource;
  return {
    name: raw.name,
    sourceMatchers: first.matchers,
    targetMatchers,
    isSource: compiled.length === 1 ? first.matches : (labels) => compiled.some((one) => one.matches(labels)),
    isTarget: compileMatchers(targetMatchers),
    equal: first.equal,
    sources: compiled,
    line,
  };
}

function sourcesOf({ sourceMatch, sourceMatchRe, sourceMatchers }: RuleFields): readonly Matcher[] {
  return [...sourceMatch, ...sourceMatchRe, ...sourceMatchers];
}

function checkEqual(equal: readonly string[], where: string, report: TableReport): void {
  for (const name of equal.filter((label) => !isValidLabelName(label))) {
    report.error('equal', `invalid label name ${show(name)} in ${where}`);
  }
}
