import { show } from '@petrel/config/schema/scalars.ts';
import type { Place, Type } from '@petrel/config/schema/schema.ts';
import { INVALID, isNull, join, refuse } from '@petrel/config/schema/schema.ts';
import type { TreeNode } from '@petrel/config/schema/tree.ts';
import type { Matcher } from '@petrel/model';
import { isLegacyLabelName, PetrelError } from '@petrel/model';
import { compareMatchers, compileMatcher, parseMatchers, printMatcher } from '../matcher/index.ts';

/** `matchers`, `source_matchers`, …: a list of texts, each one matcher or several; sorted. Where two grammars read a text differently, a warning. */
export const matcherList: Type<readonly Matcher[]> = {
  name: 'list of matcher',
  decode(node, place) {
    if (node.kind !== 'list') return refuse(node, place, 'expected a list of matchers');
    const matchers: Matcher[] = [];
    let wrong = false;
    for (const [index, item] of node.items.entries()) {
      const found = decodeItem(item, { reading: place.reading, path: `${place.path}[${index}]` });
      if (found === INVALID) wrong = true;
      else matchers.push(...found);
    }
    return wrong ? INVALID : matchers.sort(compareMatchers);
  },
  encode: (matchers) => matchers.map(printMatcher),
};

function decodeItem(node: TreeNode, place: Place): readonly Matcher[] | typeof INVALID {
  if (node.kind !== 'scalar') return refuse(node, place, `expected a matcher in quotes, found a ${node.kind}`);
  try {
    const { value, warning } = parseMatchers(node.text);
    if (warning !== undefined) place.reading.warn(node.position, place.path, warning);
    return value;
  } catch (error) {
    if (error instanceof PetrelError) return refuse(node, place, error.message);
    throw error;
  }
}

/** `match`, `source_match`, …: names and the values that they must have. */
export const equalMatchers: Type<readonly Matcher[]> = matcherMap('map of string', (name, node) => ({
  type: '=',
  name,
  value: isNull(node) ? '' : node.text,
}));

/** `match_re`, `source_match_re`, …: names and expressions; the matchers carry the expressions anchored, as route keys show them. */
export const regexMatchers: Type<readonly Matcher[]> = matcherMap('map of regex', (name, node) => {
  if (isNull(node)) return `invalid regexp value for ${show(name)}`;
  try {
    // The expression as it was written, so that the error shows it so.
    compileMatcher({ type: '=~', name, value: node.text });
    return { type: '=~', name, value: `^(?:${node.text})$` };
  } catch (error) {
    return (error as Error).message;
  }
});

function matcherMap(
  typeName: string,
  read: (name: string, node: TreeNode & { kind: 'scalar' }) => Matcher | string,
): Type<readonly Matcher[]> {
  return {
    name: typeName,
    decode(node, place) {
      if (node.kind !== 'map') return refuse(node, place, `expected a ${typeName}`);
      const matchers: Matcher[] = [];
      let wrong = false;
      for (const [name, { keyPosition, value }] of node.entries) {
        const at: Place = { reading: place.reading, path: join(place.path, name) };
        const isName = isLegacyLabelName(name);
        if (!isName) place.reading.error(keyPosition, place.path, `invalid label name ${show(name)}`);
        const matcher = value.kind === 'scalar' ? read(name, value) : `expected a string, found a ${value.kind}`;
        if (typeof matcher === 'string') refuse(value, at, matcher);
        if (!isName || typeof matcher === 'string') wrong = true;
        else matchers.push(matcher);
      }
      return wrong ? INVALID : matchers;
    },
    encode: (matchers) =>
      Object.fromEntries(matchers.map(({ name, value }) => [name, value.replace(/^\^\(\?:(.*)\)\$$/s, '$1')])),
  };
}
