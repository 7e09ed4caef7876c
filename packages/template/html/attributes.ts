/** What the value of an attribute is to a browser. `unsafe`: it changes how others are read. */
export type AttributeContent = 'plain' | 'url' | 'srcset' | 'css' | 'js' | 'html' | 'unsafe';

const NAMES: Readonly<Record<Exclude<AttributeContent, 'plain' | 'js'>, string>> = {
  url:
    'action archive background cite classid codebase data formaction href icon longdesc manifest poster profile src ' +
    'usemap xmlns',
  srcset: 'srcset',
  css: 'style',
  html: 'srcdoc',
  unsafe:
    'accept-charset async challenge charset content crossorigin defer enctype form formenctype formmethod ' +
    'formnovalidate http-equiv keytype language method novalidate pattern rel sandbox type value',
};

/** Names that would else be taken for URLs by what stands in them. */
const PLAIN: ReadonlySet<string> = new Set(['srclang']);

const CONTENT: ReadonlyMap<string, AttributeContent> = new Map(
  Object.entries(NAMES).flatMap(([content, names]) =>
    names.split(' ').map((name) => [name, content as AttributeContent] as const),
  ),
);

/** The content of an attribute by its lower-case name; prefixes of namespaces and `data-` do not count. */
export function attributeContent(attribute: string): AttributeContent {
  let name = attribute;
  if (name.startsWith('data-')) name = name.slice('data-'.length);
  else if (name.includes(':')) {
    if (name.startsWith('xmlns:')) return 'url';
    name = name.slice(name.indexOf(':') + 1);
  }
  const known = CONTENT.get(name);
  if (known !== undefined) return known;
  if (PLAIN.has(name)) return 'plain';
  if (name.startsWith('on')) return 'js';
  return /src|uri|url/.test(name) ? 'url' : 'plain';
}

const SCRIPT_TYPES: ReadonlySet<string> = new Set([
  ...['', 'module', 'application/ecmascript', 'application/javascript', 'application/json', 'application/ld+json'],
  ...['application/x-ecmascript', 'application/x-javascript', 'text/ecmascript', 'text/javascript', 'text/jscript'],
  ...['text/livescript', 'text/x-ecmascript', 'text/x-javascript'],
  ...[0, 1, 2, 3, 4, 5].map((minor) => `text/javascript1.${minor}`),
]);

/** Whether `<script type=…>` holds JavaScript or JSON. */
export function isScriptType(type: string): boolean {
  return SCRIPT_TYPES.has((type.split(';')[0] as string).trim().toLowerCase());
}
