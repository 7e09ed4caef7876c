import { createHash } from 'node:crypto';
import { compareStrings, Labels, PetrelError } from '@petrel/model';
import type { NameValidationScheme, RelabelConfig } from '../config.ts';
import { compilePattern, expand } from './pattern.ts';
import { hasReference, parseTemplate } from './template.ts';
import {
  DEFAULT_REGEX,
  DEFAULT_REPLACEMENT,
  DEFAULT_SEPARATOR,
  isValidLabelName,
  validateRelabelConfig,
} from './validate.ts';

/** The labels after every step, or undefined when a step dropped the target or series. Pure. */
export type Relabel = (labels: Labels) => Labels | undefined;

/** One step works on a mutable map; false drops. */
type Step = (labels: Map<string, string>) => boolean;

/**
 * Compiles a chain of relabelling steps once, for use on many label sets. Throws CONFIG_INVALID for a step that
 * `validateRelabelConfig` refuses.
 */
export function compileRelabel(configs: readonly RelabelConfig[], scheme: NameValidationScheme = 'utf8'): Relabel {
  if (configs.length === 0) return (labels) => labels;
  const steps = configs.map((config) => {
    const problem = validateRelabelConfig(config, scheme);
    if (problem !== undefined) throw new PetrelError('CONFIG_INVALID', problem);
    return compileStep(config, scheme);
  });
  return (labels) => {
    const map = new Map<string, string>(labels);
    for (const step of steps) if (!step(map)) return undefined;
    return toLabels(map, labels);
  };
}

function toLabels(map: Map<string, string>, before: Labels): Labels {
  if (map.size === before.size && sameContent(map, before)) return before;
  const names = [...map.keys()].sort(compareStrings);
  const pairs: string[] = [];
  for (const name of names) pairs.push(name, map.get(name) as string);
  return Labels.fromSortedPairs(pairs);
}

function sameContent(map: Map<string, string>, before: Labels): boolean {
  const { pairs } = before;
  for (let i = 0; i < pairs.length; i += 2) if (map.get(pairs[i] as string) !== pairs[i + 1]) return false;
  return true;
}

function compileStep(config: RelabelConfig, scheme: NameValidationScheme): Step {
  const target = config.targetLabel ?? '';
  const value = sourceValue(config.sourceLabels ?? [], config.separator ?? DEFAULT_SEPARATOR);
  const pattern = compilePattern(config.regex ?? DEFAULT_REGEX);
  switch (config.action ?? 'replace') {
    case 'replace':
      return replaceStep(config, scheme, value);
    case 'keep':
      return (labels) => pattern.matches(value(labels));
    case 'drop':
      return (labels) => !pattern.matches(value(labels));
    case 'keepequal':
      return (labels) => (labels.get(target) ?? '') === value(labels);
    case 'dropequal':
      return (labels) => (labels.get(target) ?? '') !== value(labels);
    case 'hashmod':
      return always((labels) => set(labels, target, hashMod(value(labels), config.modulus as number)));
    case 'lowercase':
      return always((labels) => set(labels, target, value(labels).toLowerCase()));
    case 'uppercase':
      return always((labels) => set(labels, target, value(labels).toUpperCase()));
    case 'labelmap':
      return labelMapStep(config);
    case 'labeldrop':
      return always((labels) => {
        for (const name of labels.keys()) if (pattern.matches(name)) labels.delete(name);
      });
    case 'labelkeep':
      return always((labels) => {
        for (const name of labels.keys()) if (!pattern.matches(name)) labels.delete(name);
      });
  }
}

function always(act: (labels: Map<string, string>) => void): Step {
  return (labels) => {
    act(labels);
    return true;
  };
}

function set(labels: Map<string, string>, name: string, value: string): void {
  if (value === '') labels.delete(name);
  else labels.set(name, value);
}

function sourceValue(names: readonly string[], separator: string): (labels: Map<string, string>) => string {
  const [only] = names;
  if (only === undefined) return () => '';
  if (names.length === 1) return (labels) => labels.get(only) ?? '';
  return (labels) => names.map((name) => labels.get(name) ?? '').join(separator);
}

function replaceStep(
  config: RelabelConfig,
  scheme: NameValidationScheme,
  value: (labels: Map<string, string>) => string,
): Step {
  const regex = config.regex ?? DEFAULT_REGEX;
  const target = config.targetLabel ?? '';
  const replacement = config.replacement ?? DEFAULT_REPLACEMENT;
  const fixedTarget = !hasReference(target);
  if (regex === DEFAULT_REGEX && fixedTarget) {
    if (!hasReference(replacement)) return always((labels) => set(labels, target, replacement));
    if (isFirstGroup(replacement)) return always((labels) => set(labels, target, value(labels)));
  }
  const pattern = compilePattern(regex);
  const replacementParts = parseTemplate(replacement);
  const targetParts = parseTemplate(target);
  return always((labels) => {
    const captures = pattern.captures(value(labels));
    if (captures === undefined) return;
    const name = fixedTarget ? target : expand(targetParts, captures);
    if (!isValidLabelName(name, scheme)) return;
    set(labels, name, expand(replacementParts, captures));
  });
}

function isFirstGroup(replacement: string): boolean {
  const parts = parseTemplate(replacement);
  return parts.length === 1 && parts[0] === 1;
}

function labelMapStep(config: RelabelConfig): Step {
  const pattern = compilePattern(config.regex ?? DEFAULT_REGEX);
  const parts = parseTemplate(config.replacement ?? DEFAULT_REPLACEMENT);
  return always((labels) => {
    // A copy: the names that are written must not be mapped again.
    for (const [name, value] of [...labels]) {
      const captures = pattern.captures(name);
      if (captures === undefined) continue;
      set(labels, expand(parts, captures), value);
    }
  });
}

/** The last eight bytes of the MD5 sum as a big-endian number, modulo `modulus`: Prometheus's own, so that shards agree. */
export function hashMod(text: string, modulus: number): string {
  const digest = createHash('md5').update(text, 'utf8').digest();
  return (digest.readBigUInt64BE(8) % BigInt(modulus)).toString();
}
