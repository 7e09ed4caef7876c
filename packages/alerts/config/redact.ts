import { HIDDEN } from '@petrel/config/schema/scalars.ts';
import type { TableType } from '@petrel/config/schema/schema.ts';
import type { TreeNode } from '@petrel/config/schema/tree.ts';

/** Plain data, as it may be shown. */
export type Shown = string | null | readonly Shown[] | { readonly [key: string]: Shown };

interface Kind {
  readonly name: string;
  readonly inner?: TableType;
}

/** What no table describes could be anything. */
const UNKNOWN: Kind = { name: 'secret' };

const SECRET_TYPE = /\bsecret\b/i;
/** Keys whose values are credentials, whatever their type says. */
const SECRET_KEY = /(?:^|_)(?:password|secret|token|credentials|key|userkey|webhook_url|endpoint_params)$/;
const SECRET_PARAMETER = /([?&][\w.-]*(?:token|key|secret|password|signature|sig|sign)=)[^&#\s]+/gi;

/**
 * A tree of the file as plain data, each credential as `<secret>` (a URL that is one keeps its host): values whose type says so, values under keys that say so, passwords in URLs, and
 * everything that no table describes. Comments are no part of a tree.
 */
export function redact(node: TreeNode, kind: Kind, key = ''): Shown {
  const isSecret = SECRET_TYPE.test(kind.name) || SECRET_KEY.test(key);
  if (node.kind === 'scalar') {
    if (node.isNull) return null;
    return isSecret && node.text !== '' ? hidden(node.text) : withoutCredentials(node.text);
  }
  if (node.kind === 'list') {
    const item = { ...kind, name: kind.name.replace(/^list of /, '') };
    return node.items.map((inside) => redact(inside, item, key));
  }
  const entries = [...node.entries].map(([name, { value }]) => [name, redact(value, ...kindOf(name, kind, key))]);
  return Object.fromEntries(entries);
}

/** The kind of an entry of a map, and the key that counts for it: in a map of free names, the map's own. */
function kindOf(name: string, kind: Kind, key: string): [Kind, string] {
  if (kind.name.startsWith('map of ')) return [{ ...kind, name: kind.name.slice('map of '.length) }, key];
  const row = kind.inner?.rows.find((candidate) => candidate.key === name);
  return [row?.type ?? UNKNOWN, name];
}

/** A URL shows its host, so that the text is still a configuration (amtool reads it), and one knows where it leads. */
function hidden(text: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return HIDDEN;
  const { protocol, host } = new URL(text);
  return `${protocol}//${host}/${HIDDEN}`;
}

/** URLs without what stands before their @ (all of it, for a token may be the user) and without parameters that are keys. */
function withoutCredentials(text: string): string {
  return text
    .replaceAll(/([a-z][a-z\d+.-]*:\/\/)[^\s/?#]*@/gi, `$1${HIDDEN}@`)
    .replaceAll(SECRET_PARAMETER, `$1${HIDDEN}`);
}
