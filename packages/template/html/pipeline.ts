import type { ActionNode, CommandNode, PipeNode } from '../parse/ast.ts';
import { nodeText } from '../parse/node-text.ts';
import { type Context, HtmlProblem, isComment } from './context.ts';

const PREFIX = '_html_template_';

/** Escapers of the language that templates may write themselves, at the end of a pipeline. */
const PREDEFINED: ReadonlySet<string> = new Set(['html', 'urlquery']);

/** Escapers that do what a predefined one does. */
const SAME_AS: Readonly<Record<string, string>> = {
  attrescaper: 'html',
  htmlescaper: 'html',
  rcdataescaper: 'html',
  urlescaper: 'urlquery',
  urlnormalizer: 'urlquery',
};

/** After the first, the second has nothing left to do. */
const REDUNDANT: Readonly<Record<string, readonly string[]>> = {
  commentescaper: ['attrescaper', 'htmlescaper'],
  cssescaper: ['attrescaper'],
  jsregexpescaper: ['attrescaper'],
  jsstrescaper: ['attrescaper'],
  jstmpllitescaper: ['attrescaper'],
  urlescaper: ['urlnormalizer'],
};

/** The escapers of a place, in order, by their short names. Throws HtmlProblem where nothing can be printed safely. */
function escapersOf(c: Context, node: ActionNode): readonly string[] {
  const inner = stateEscapers(c, node);
  if (c.delim === 'none') return inner;
  return [...inner, c.delim === 'spaceOrTagEnd' ? 'nospaceescaper' : 'attrescaper'];
}

function stateEscapers(c: Context, node: ActionNode): readonly string[] {
  if (isComment(c.state)) return ['commentescaper'];
  switch (c.state) {
    case 'url':
    case 'cssDouble':
    case 'cssSingle':
    case 'cssDoubleUrl':
    case 'cssSingleUrl':
    case 'cssUrl':
      return urlEscapers(c, node);
    case 'metaContentUrl':
      return ['urlfilter'];
    case 'js':
      return ['jsvalescaper'];
    case 'jsDouble':
    case 'jsSingle':
      return ['jsstrescaper'];
    case 'jsTemplate':
      return ['jstmpllitescaper'];
    case 'jsRegexp':
      return ['jsregexpescaper'];
    case 'css':
      return ['cssvaluefilter'];
    case 'text':
      return ['htmlescaper'];
    case 'rcdata':
      return ['rcdataescaper'];
    case 'attrName':
    case 'tag':
      return ['htmlnamefilter'];
    case 'srcset':
      return ['srcsetescaper'];
    default:
      return [];
  }
}

function urlEscapers(c: Context, node: ActionNode): readonly string[] {
  const isCssString = c.state === 'cssDouble' || c.state === 'cssSingle';
  const normalise = isCssString ? 'cssescaper' : 'urlnormalizer';
  switch (c.urlPart) {
    case 'none':
      return ['urlfilter', normalise];
    case 'preQuery':
      return [normalise];
    case 'queryOrFragment':
      return ['urlescaper'];
    case 'unknown':
      throw new HtmlProblem(`${nodeText(node)} appears in an ambiguous context within a URL`);
  }
}

function functionName(cmd: CommandNode | undefined): string | undefined {
  const first = cmd?.args[0];
  return first?.kind === 'identifier' ? first.name : undefined;
}

/** The action with the escapers of its place at the end of its pipeline. Throws HtmlProblem. */
export function escapedAction(c: Context, node: ActionNode): ActionNode {
  const { cmds } = node.pipe;
  for (const [i, cmd] of cmds.entries()) {
    const name = functionName(cmd);
    if (name === undefined || !PREDEFINED.has(name)) continue;
    const isUnquoted = c.state === 'attr' && c.delim === 'spaceOrTagEnd' && name === 'html';
    if (i < cmds.length - 1 || isUnquoted) {
      throw new HtmlProblem(`predefined escaper ${JSON.stringify(name)} disallowed in template`);
    }
  }
  const escaped = withEscapers(node.pipe, escapersOf(c, node));
  return escaped === node.pipe ? node : Object.freeze({ ...node, pipe: escaped });
}

function withEscapers(pipe: PipeNode, names: readonly string[]): PipeNode {
  if (names.length === 0) return pipe;
  let cmds = [...pipe.cmds];
  let wanted = names.map((name) => PREFIX + name);
  const last = functionName(cmds.at(-1));
  if (last !== undefined && PREDEFINED.has(last)) {
    const only = cmds[0] as CommandNode;
    if (cmds.length === 1 && only.args.length > 1) {
      // `html a b` prints its arguments first, as one text.
      const evaluate = { kind: 'identifier', pos: only.args[0]?.pos ?? only.pos, name: '_eval_args_' } as const;
      cmds = [{ ...only, args: [evaluate, ...only.args.slice(1)] }, identCommand(last, pipe.pos)];
    }
    if (wanted.some((name) => normal(name) === last)) {
      wanted = wanted.map((name) => (normal(name) === last ? last : name));
      cmds = cmds.slice(0, -1);
    }
  }
  const present = new Set(cmds.map(functionName).map((name) => (name === undefined ? undefined : normal(name))));
  for (const name of wanted) {
    if (present.has(normal(name)) || isRedundant(functionName(cmds.at(-1)), name)) continue;
    cmds.push(identCommand(name, pipe.pos));
  }
  return Object.freeze({ ...pipe, cmds: Object.freeze(cmds) });
}

function normal(name: string): string {
  const short = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
  return SAME_AS[short] ?? name;
}

function isRedundant(last: string | undefined, next: string): boolean {
  if (last === undefined || !last.startsWith(PREFIX)) return false;
  return REDUNDANT[last.slice(PREFIX.length)]?.includes(next.slice(PREFIX.length)) ?? false;
}

function identCommand(name: string, pos: number): CommandNode {
  return Object.freeze({ kind: 'command', pos, args: Object.freeze([{ kind: 'identifier', pos, name } as const]) });
}
