import { isLegacyLabelName } from '@petrel/model';
import { RE2JS } from 're2js';
import { regexpMistake } from './selector.ts';

/** What is wrong with the expression of `| regexp`, in Loki's words; undefined when it can be used. */
export function regexpParserMistake(pattern: string): string | undefined {
  let names: readonly string[] = [];
  const mistake = regexpMistake(() => {
    names = Object.keys(RE2JS.compile(pattern).namedGroups());
  });
  // Go's engine takes a name twice; it is the parser that does not.
  const twice = mistake === undefined ? undefined : /duplicate capture group name: `(.*)`$/s.exec(mistake)?.[1];
  if (twice !== undefined) return `duplicate extracted label name '${twice}'`;
  if (mistake !== undefined) return mistake;
  const invalid = names.find((name) => !isLegacyLabelName(name));
  if (invalid !== undefined) return `invalid extracted label name '${invalid}'`;
  return names.length === 0 ? 'at least one named capture must be supplied' : undefined;
}

const CAPTURE = /<([A-Za-z_][A-Za-z0-9_]*)>/g;

/** What is wrong with the expression of `| pattern`, in Loki's words; undefined when it can be used. */
export function patternParserMistake(pattern: string): string | undefined {
  if (pattern === '') return 'syntax error: unexpected $end, expecting IDENTIFIER or LITERAL';
  const captures = [...pattern.matchAll(CAPTURE)];
  const names = captures.map(([, name = '']) => name).filter((name) => name !== '_');
  if (names.length === 0) return 'at least one capture is required';
  for (const [i, capture] of captures.entries()) {
    const before = captures[i - 1];
    if (before !== undefined && before.index + before[0].length === capture.index) {
      return `found consecutive capture '${before[0]}${capture[0]}'`;
    }
  }
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  return repeated === undefined ? undefined : `duplicate capture name (${repeated})`;
}
