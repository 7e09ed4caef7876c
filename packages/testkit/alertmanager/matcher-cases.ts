import { readFileSync } from 'node:fs';
import type { MatcherMode } from '@petrel/alerts/matcher/index.ts';
import {
  compileMatcher,
  isValidLabelName,
  parseMatcher,
  parseMatchers,
  printMatcher,
} from '@petrel/alerts/matcher/index.ts';
import { parseUtf8Matcher } from '@petrel/alerts/matcher/utf8-parser.ts';
import type { Matcher, MatchType } from '@petrel/model';
import { PetrelError } from '@petrel/model';
import type { CaseReport } from '../exposition/report.ts';

type MatcherFact = readonly [name: string, type: MatchType, value: string];

interface ParseFact {
  readonly parse?: 'list' | 'single';
  readonly input: string;
  readonly matchers?: readonly MatcherFact[];
  readonly error?: string;
}

interface MatcherFacts {
  readonly classic: readonly ParseFact[];
  readonly utf8: readonly ParseFact[];
  readonly fallback: readonly ParseFact[];
  /** Where the grammars agree, UTF-8 gives the same; in either case it is what the default mode gives. */
  readonly classic_vs_utf8: readonly (ParseFact & { readonly utf8_parser_agrees: boolean })[];
  readonly match: readonly { op: MatchType; pattern: string; value: string; match: boolean }[];
  readonly string: readonly { name: string; op: MatchType; value: string; string: string }[];
  readonly label_names: readonly { mode: MatcherMode; label_name: string; valid: boolean }[];
}

type Outcome = { readonly matchers: readonly MatcherFact[] } | { readonly error: string };

/** matchers.json: both grammars, the default that asks both, matching, printing, names. */
export function runMatcherCases(path: string, report: CaseReport): void {
  const facts = JSON.parse(readFileSync(path, 'utf8')) as MatcherFacts;
  for (const mode of ['classic', 'utf8', 'fallback'] as const) {
    for (const fact of facts[mode]) compare(`${mode} ${fact.input}`, fact, read(fact, mode), report);
  }
  for (const fact of facts.classic_vs_utf8) {
    compare(`classic_vs_utf8 ${fact.input}`, fact, read(fact, 'fallback'), report);
    const { error: _, ...rest } = fact;
    // The message is the classic one; that UTF-8 refuses the input is what counts.
    const utf8 = read(fact, 'utf8');
    const expected = fact.error === undefined ? rest : { error: 'error' in utf8 ? utf8.error : fact.error };
    if (fact.utf8_parser_agrees) compare(`utf8 of ${fact.input}`, expected, utf8, report);
  }
  for (const { op, pattern, value, match } of facts.match) {
    const got = compileMatcher({ type: op, name: 'n', value: pattern })(value);
    report.check(`match ${op} ${pattern} ${value}`, match, got);
  }
  for (const { name, op, value, string } of facts.string) {
    report.check(`string ${string}`, string, printMatcher({ type: op, name, value }));
  }
  for (const { mode, label_name, valid } of facts.label_names) {
    report.check(`label_names ${mode} ${label_name}`, valid, isValidLabelName(label_name, mode));
  }
}

function compare(name: string, fact: Pick<ParseFact, 'matchers' | 'error'>, got: Outcome, report: CaseReport): void {
  report.check(name, fact.error === undefined ? { matchers: fact.matchers } : { error: fact.error }, got);
}

function read({ parse, input }: ParseFact, mode: MatcherMode): Outcome {
  try {
    if (parse !== 'single') return { matchers: parseMatchers(input, mode).value.map(factOf) };
    // The cases of the UTF-8 grammar are for the parser itself, which takes braces around a single matcher.
    const matcher = mode === 'utf8' ? parseUtf8Matcher(input) : parseMatcher(input, mode).value;
    return { matchers: [factOf(matcher)] };
  } catch (error) {
    if (error instanceof PetrelError) return { error: error.message };
    throw error;
  }
}

function factOf({ name, type, value }: Matcher): MatcherFact {
  return [name, type, value];
}
