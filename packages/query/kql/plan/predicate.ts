import { LOG_LEVELS, type LogPredicate } from '@petrel/model';
import type { ResolvedCondition, ResolvedNode } from '../exec/condition.ts';
import { nameVariants } from '../exec/names.ts';
import { type Needs, textForms } from '../exec/text-test.ts';

/** Which lines a part is about: `body` its text, `around` what stands beside it. */
interface Sides {
  readonly body: boolean;
  readonly around: boolean;
}

/** `never`: no line satisfies it on these sides. Undefined: nothing is known. */
type Known = LogPredicate | 'never' | undefined;

/** What every line that satisfies a query satisfies as well; undefined where nothing is certain. */
export function predicateOf(node: ResolvedNode): LogPredicate | undefined {
  const known = knownOf(node, { body: true, around: true });
  return known === 'never' ? NOTHING : known;
}

/** No text is without the empty text. */
const NOTHING: LogPredicate = { kind: 'not', part: { kind: 'line', op: 'contains', text: '' } };

function knownOf(node: ResolvedNode, sides: Sides): Known {
  switch (node.kind) {
    case 'all':
    case 'not':
      return undefined;
    case 'and':
      return all(node.parts.map((part) => knownOf(part, sides)));
    case 'or':
      return any(node.parts.map((part) => knownOf(part, sides)));
    case 'nested': {
      const inside: Known = sides.body ? knownOf(node.inside, { body: true, around: false }) : 'never';
      const flat: Known = sides.around ? knownOf(node.flat, { body: false, around: true }) : 'never';
      return any([inside, flat]);
    }
    case 'condition':
      return any([sides.around ? aroundKnown(node) : 'never', sides.body ? bodyKnown(node) : 'never']);
  }
}

function all(parts: readonly Known[]): Known {
  if (parts.includes('never')) return 'never';
  return joined('and', parts.filter((part) => part !== undefined) as LogPredicate[]);
}

function any(parts: readonly Known[]): Known {
  if (parts.includes(undefined)) return undefined;
  const some = parts.filter((part) => part !== 'never') as LogPredicate[];
  return some.length === 0 ? 'never' : joined('or', some);
}

function joined(kind: 'and' | 'or', parts: readonly LogPredicate[]): LogPredicate | undefined {
  const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  return flat.length > 1 ? { kind, parts: flat } : flat[0];
}

function bodyKnown({ target, bodyNeeds, levels }: ResolvedCondition): Known {
  if (target.kind === 'time' && target.only) return 'never';
  const known = bodyNeeds === undefined ? undefined : whereAny(bodyNeeds, textInBody);
  // Of a recognised level the column tells.
  return levels === undefined ? known : all([{ kind: 'level', levels: ['unknown'] }, known]);
}

function whereAny(needs: Needs, predicate: (text: string) => LogPredicate): Known {
  const lists = [...new Map(needs.map((texts) => [texts.join('\0'), [...new Set(texts)]])).values()];
  return any(lists.map((texts) => all(texts.map(predicate))));
}

function textInBody(text: string): LogPredicate {
  const { exact, escapable } = textForms(text);
  const parts: LogPredicate[] =
    exact === undefined
      ? [{ kind: 'line', op: 'contains', text, ignoreCase: true }]
      : exact.map((form) => ({ kind: 'line', op: 'contains', text: form }));
  if (escapable) parts.push({ kind: 'line', op: 'contains', text: '\\u' });
  return parts.length === 1 ? (parts[0] as LogPredicate) : { kind: 'or', parts };
}

function aroundKnown(condition: ResolvedCondition): Known {
  const { target, id, levels, needs } = condition;
  switch (target.kind) {
    case 'any':
      return id === undefined
        ? 'never'
        : {
            kind: 'or',
            parts: [
              { kind: 'trace', id },
              { kind: 'span', id },
            ],
          };
    case 'pattern':
      return undefined;
    case 'time':
      return target.span === undefined ? 'never' : undefined;
    case 'group':
      if (target.group === 'message') return 'never';
      if (target.group === 'level') return levels === undefined ? undefined : levelKnown(levels);
      return id === undefined ? undefined : { kind: target.group, id };
    case 'field': {
      if (target.mayBeLabel) return undefined;
      return any(target.names.map((name) => metadataKnown(name, needs)));
    }
  }
}

function levelKnown(names: readonly string[]): LogPredicate {
  return { kind: 'level', levels: LOG_LEVELS.filter((level) => names.includes(level)) };
}

function metadataKnown(name: string, needs: Needs | undefined): Known {
  const names = nameVariants(name);
  if (names === undefined) return undefined;
  return any(names.map((one) => metadataNamed(one, needs)));
}

function metadataNamed(name: string, needs: Needs | undefined): Known {
  if (needs === undefined) return { kind: 'metadata', name, op: '!=', value: '' };
  return whereAny(needs, (text) => ({ kind: 'metadata', name, op: '=~', value: `(?is).*${quoteRe2(text)}.*` }));
}

function quoteRe2(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
