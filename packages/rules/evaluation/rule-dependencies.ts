import type { Rule } from '../rule-file/rule-group.ts';
import { outputMatcher, outputOf, selectorsOf } from './output-match.ts';

/**
 * For each rule of a group the earlier rules (by index, ascending) whose output its expression may read: these it waits for, and
 * their samples it sees before they are stored. Rules that read templates' queries are not looked into.
 */
export function ruleDependencies(rules: readonly Rule[]): readonly (readonly number[])[] {
  const outputs = rules.map(outputOf);
  return rules.map((rule, i) => {
    const matches = outputMatcher(selectorsOf(rule));
    const found: number[] = [];
    for (let j = 0; j < i; j++) if (matches(outputs[j] as (typeof outputs)[number])) found.push(j);
    return found;
  });
}
