import { list } from '@petrel/config/schema/composite.ts';
import { integer, oneOf, regex, string } from '@petrel/config/schema/scalars.ts';
import type { TableReport, Type } from '@petrel/config/schema/schema.ts';
import { optional, table } from '@petrel/config/schema/schema.ts';
import type { NameValidationScheme, RelabelAction, RelabelConfig } from '@petrel/receive';
import { validateRelabelConfig } from '@petrel/receive/relabel/index.ts';

const ACTIONS: readonly RelabelAction[] = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
];

const action: Type<RelabelAction> = {
  ...caseless(oneOf('relabel action', ACTIONS)),
  nullMessage: 'relabel action cannot be empty',
};

/** `what` names the list in the message for an empty entry: `metric relabeling rule`. */
export function relabelConfigs(what: string): Type<readonly RelabelConfig[]> {
  return list(
    table<RelabelConfig>(
      'relabel_config',
      {
        sourceLabels: optional('source_labels', list(string), 'Labels whose values are joined and matched.'),
        separator: optional('separator', string, 'Joins the values; default `;`.'),
        regex: optional('regex', regex, 'RE2, anchored; default `(.*)`.'),
        modulus: optional('modulus', integer(), 'For hashmod.'),
        targetLabel: optional('target_label', string, 'Label that is written.'),
        replacement: optional('replacement', string, 'What is written; default `$1`.'),
        action: optional('action', action, 'What to do; default `replace`.'),
      },
      {
        nullMessage: `empty or null ${what}`,
        check(rule, report) {
          const reason = validateRelabelConfig(rule);
          if (reason !== undefined) report.error('action', reason);
          if ((rule.action === 'lowercase' || rule.action === 'uppercase') && (rule.replacement ?? '$1') !== '$1') {
            report.error('replacement', `'replacement' can not be set for ${rule.action} action`);
          }
        },
      },
    ),
  );
}

/** The rules once more under the name scheme of their job, which stands beside them. */
export function checkNames(
  rules: readonly RelabelConfig[],
  scheme: NameValidationScheme,
  key: string,
  report: TableReport,
): void {
  if (scheme === 'utf8') return;
  for (const [index, rule] of rules.entries()) {
    const reason = validateRelabelConfig(rule, scheme);
    if (reason !== undefined && validateRelabelConfig(rule) === undefined)
      report.error(key, `rule ${index + 1}: ${reason}`);
  }
}

/** Prometheus takes actions in any case. */
function caseless<T>(type: Type<T>): Type<T> {
  return {
    ...type,
    decode: (node, place) =>
      type.decode(node.kind === 'scalar' ? { ...node, text: node.text.toLowerCase() } : node, place),
  };
}
