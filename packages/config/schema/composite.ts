import type { Place, Type, Unusable } from './schema.ts';
import { INVALID, isNull, isUsable, join, OFF, refuse } from './schema.ts';
import type { TreeNode } from './tree.ts';

/** What must not stand twice in a list: the name of an entry, and what to say of the second. Entries without a name are free. */
export interface Unique<T> {
  nameOf(value: T): string | undefined;
  message(name: string): string;
}

/** A list; entries that are off are left out, all wrong ones are reported. */
export function list<T>(item: Type<T>, unique?: Unique<T>): Type<readonly T[]> {
  return {
    name: `list of ${item.name}`,
    ...insideOf(item as Type<unknown>),
    decode(node, place) {
      if (node.kind !== 'list') return refuse(node, place, `expected a list of ${item.name}`);
      const values: T[] = [];
      const names = new Set<string>();
      let wrong = false;
      for (const [index, itemNode] of node.items.entries()) {
        const at = { reading: place.reading, path: `${place.path}[${index}]` };
        const value = decodeItem(item, itemNode, at);
        if (value === INVALID) wrong = true;
        if (!isUsable(value)) continue;
        const name = unique?.nameOf(value);
        if (name !== undefined && names.has(name)) refuse(itemNode, at, unique?.message(name) ?? '');
        if (name !== undefined) names.add(name);
        values.push(value);
      }
      return wrong ? INVALID : values;
    },
    encode: (values) => values.map((value) => item.encode(value)),
  };
}

/** What the reference says of the entries. */
function insideOf({ inner, choices }: Type<unknown>): Pick<Type<unknown>, 'inner' | 'choices'> {
  return { ...(inner === undefined ? {} : { inner }), ...(choices === undefined ? {} : { choices }) };
}

function decodeItem<T>(item: Type<T>, node: TreeNode, place: Place): T | Unusable {
  if (!isNull(node)) return item.decode(node, place);
  if (item.nullWarning === undefined) return refuse(node, place, item.nullMessage ?? 'an entry is empty');
  place.reading.warn(node.position, place.path, item.nullWarning);
  return OFF;
}

/** A map from free names to values; `checkName` gives the reason why a name is refused. */
export function record<T>(item: Type<T>, checkName?: (name: string) => string | undefined): Type<Record<string, T>> {
  return {
    name: `map of ${item.name}`,
    ...insideOf(item as Type<unknown>),
    decode(node, place) {
      if (node.kind !== 'map') return refuse(node, place, `expected a map of ${item.name}`);
      const values: Record<string, T> = {};
      let wrong = false;
      for (const [name, entry] of node.entries) {
        const path = join(place.path, name);
        const reason = checkName?.(name);
        if (reason !== undefined) place.reading.error(entry.keyPosition, place.path, reason);
        const value = item.decode(entry.value, { reading: place.reading, path });
        if (reason !== undefined || value === INVALID) wrong = true;
        else if (isUsable(value)) values[name] = value;
      }
      return wrong ? INVALID : values;
    },
    encode: (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, item.encode(value)])),
  };
}

/** The same type with a further rule: `rule` gives the reason why a value is refused. */
export function where<T>(type: Type<T>, rule: (value: T) => string | undefined): Type<T> {
  return {
    ...type,
    decode(node, place) {
      const value = type.decode(node, place);
      if (!isUsable(value)) return value;
      const reason = rule(value);
      return reason === undefined ? value : refuse(node, place, reason);
    },
  };
}

/** A value of any shape that Petrel does not look into. */
export const anything: Type<undefined> = { name: 'anything', decode: () => undefined, encode: () => undefined };

/** Reports a placeholder such as `<slack-webhook>`: what needs it stays off until somebody fills it in. */
export function placeholder(node: TreeNode, place: Place): typeof OFF | undefined {
  const found = node.kind === 'scalar' ? /<[A-Za-z][^<>]*>/.exec(node.text) : null;
  if (found === null) return undefined;
  const message = `${found[0]} is a placeholder: this entry is off until it is replaced`;
  place.reading.warn(node.position, place.path, message);
  return OFF;
}
