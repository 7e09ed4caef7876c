import { isLegacyLabelName } from '@petrel/model';
import type { NameValidationScheme, RelabelConfig } from '../config.ts';
import { compilePattern } from './pattern.ts';
import { hasReference } from './template.ts';

export const DEFAULT_SEPARATOR = ';';
export const DEFAULT_REGEX = '(.*)';
export const DEFAULT_REPLACEMENT = '$1';

const ACTIONS = new Set([
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
]);
const NEED_TARGET = new Set(['replace', 'keepequal', 'dropequal', 'hashmod', 'lowercase', 'uppercase']);
const PLAIN_TARGET = new Set(['keepequal', 'dropequal', 'hashmod', 'lowercase', 'uppercase']);

/** What is wrong with a relabelling step, in Prometheus's words; undefined when it is right. */
export function validateRelabelConfig(
  config: RelabelConfig,
  scheme: NameValidationScheme = 'utf8',
): string | undefined {
  const action: string = config.action ?? 'replace';
  const target = config.targetLabel ?? '';
  if (action === '') return 'relabel action cannot be empty';
  if (!ACTIONS.has(action)) return `unknown relabel action "${action}"`;
  if (action === 'hashmod' && !isPositiveWhole(config.modulus)) {
    return 'relabel configuration for hashmod requires non-zero modulus';
  }
  if (NEED_TARGET.has(action) && target === '') {
    return `relabel configuration for ${action} action requires 'target_label' value`;
  }
  const targetInvalid = `"${target}" is invalid 'target_label' for ${action} action`;
  if (action === 'replace' && !isValidTargetTemplate(target, scheme)) return targetInvalid;
  if (PLAIN_TARGET.has(action) && !isValidLabelName(target, scheme)) return targetInvalid;
  if (action === 'labelmap') {
    const replacement = config.replacement ?? DEFAULT_REPLACEMENT;
    if (!isValidTargetTemplate(replacement, scheme)) {
      return `"${replacement}" is invalid 'replacement' for labelmap action`;
    }
  }
  return strayFields(config, action) ?? regexError(config.regex);
}

function strayFields(config: RelabelConfig, action: string): string | undefined {
  const onlyRegexLess =
    (config.modulus ?? 0) === 0 &&
    (config.separator ?? DEFAULT_SEPARATOR) === DEFAULT_SEPARATOR &&
    (config.replacement ?? DEFAULT_REPLACEMENT) === DEFAULT_REPLACEMENT;
  if (action === 'keepequal' || action === 'dropequal') {
    if (!onlyRegexLess || (config.regex ?? DEFAULT_REGEX) !== DEFAULT_REGEX) {
      return `${action} action requires only 'source_labels' and \`target_label\`, and no other fields`;
    }
  }
  if (action === 'labeldrop' || action === 'labelkeep') {
    if (!onlyRegexLess || config.sourceLabels !== undefined || (config.targetLabel ?? '') !== '') {
      return `${action} action requires only 'regex', and no other fields`;
    }
  }
  return undefined;
}

function regexError(regex: string | undefined): string | undefined {
  if (regex === undefined) return undefined;
  try {
    compilePattern(regex);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isPositiveWhole(n: number | undefined): boolean {
  return n !== undefined && Number.isInteger(n) && n > 0;
}

/** A label name that may stand as a target, `$1` and `${name}` allowed within it. */
export function isValidTargetTemplate(text: string, scheme: NameValidationScheme): boolean {
  if (scheme === 'utf8' || !hasReference(text)) return isValidLabelName(text, scheme);
  return /^(?:(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))\w*)+$/.test(text);
}

export function isValidLabelName(name: string, scheme: NameValidationScheme): boolean {
  return scheme === 'legacy' ? isLegacyLabelName(name) : name !== '' && !/\p{Surrogate}/u.test(name);
}
