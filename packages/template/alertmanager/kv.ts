import { type GoMethod, type GoType, STRING, STRINGS } from '../values/go-type.ts';
import { GoMap, GoSlice, GoStruct } from '../values/go-value.ts';
import { itemsOf } from '../values/inspect.ts';
import { compareBytes } from '../values/utf8.ts';

/** Labels or annotations as callers have them. */
export type LabelRecord = Readonly<Record<string, string>> | ReadonlyMap<string, string>;

/** A list of strings with `Join`. */
const STRING_LIST: GoType = {
  name: 'template.Strings',
  kind: 'slice',
  underlying: '[]string',
  elem: STRING,
  methods: new Map<string, GoMethod>([
    ['Join', { params: [STRING], call: (self, [separator]) => (itemsOf(self) ?? []).join(separator as string) }],
  ]),
};

const PAIR: GoType = {
  name: 'template.Pair',
  kind: 'struct',
  fields: [
    { name: 'Name', type: STRING },
    { name: 'Value', type: STRING },
  ],
};

function pairsOf(value: unknown): readonly GoStruct[] {
  return (value as GoSlice).items as readonly GoStruct[];
}

function column(pairs: unknown, field: 'Name' | 'Value'): GoSlice {
  return new GoSlice(
    STRING_LIST,
    pairsOf(pairs).map((pair) => pair.values[field]),
  );
}

function pairsText(pairs: unknown): string {
  return pairsOf(pairs)
    .map((pair) => `${pair.values.Name}=${pair.values.Value}`)
    .join(', ');
}

const PAIRS: GoType = {
  name: 'template.Pairs',
  kind: 'slice',
  underlying: '[]template.Pair',
  elem: PAIR,
  text: pairsText,
  methods: new Map<string, GoMethod>([
    ['Names', { params: [], call: (self) => column(self, 'Name') }],
    ['Values', { params: [], call: (self) => column(self, 'Value') }],
    ['String', { params: [], call: pairsText }],
  ]),
};

/** By name, but the alert's name first. */
function sortedPairs(value: unknown): GoSlice {
  const { entries } = value as GoMap;
  const rank = (name: string): number => (name === 'alertname' ? 0 : 1);
  const names = [...entries.keys()].sort((a, b) => rank(a) - rank(b) || compareBytes(a, b));
  return new GoSlice(
    PAIRS,
    names.map((name) => new GoStruct(PAIR, { Name: name, Value: entries.get(name) })),
  );
}

function without(value: unknown, names: unknown): GoMap {
  const dropped = new Set(itemsOf(names) ?? []);
  return new GoMap(KV, new Map([...(value as GoMap).entries].filter(([name]) => !dropped.has(name))));
}

/** Labels or annotations: a map with SortedPairs, Names, Values and Remove. Prints as `a=1, b=2`. */
export const KV: GoType = {
  name: 'template.KV',
  kind: 'map',
  underlying: 'map[string]string',
  elem: STRING,
  text: (value) => pairsText(sortedPairs(value)),
  methods: new Map<string, GoMethod>([
    ['SortedPairs', { params: [], call: sortedPairs }],
    ['Names', { params: [], call: (self) => column(sortedPairs(self), 'Name') }],
    ['Values', { params: [], call: (self) => column(sortedPairs(self), 'Value') }],
    ['Remove', { params: [STRINGS], call: (self, [names]) => without(self, names) }],
    ['String', { params: [], call: (self) => pairsText(sortedPairs(self)) }],
  ]),
};

/** Labels or annotations as a value of templates; null is Go's nil map, `null` in JSON. */
export function createKv(labels: LabelRecord | null): GoMap {
  if (labels === null) return new GoMap(KV, null);
  return new GoMap(KV, labels instanceof Map ? labels : new Map(Object.entries(labels)));
}
