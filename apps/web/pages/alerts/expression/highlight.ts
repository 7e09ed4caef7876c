import { highlightCode, tagHighlighter, tags } from '@lezer/highlight';
import { LanguageType, promQLLanguage } from '@prometheus-io/codemirror-promql/dist/esm/promql.js';

/** A piece of an expression; `kind` '' for what has no colour. */
export interface Piece {
  readonly text: string;
  readonly kind: string;
}

const highlighter = tagHighlighter([
  { tag: tags.name, class: 'metric' },
  { tag: tags.number, class: 'number' },
  { tag: tags.string, class: 'string' },
  { tag: tags.keyword, class: 'keyword' },
  { tag: tags.function(tags.variableName), class: 'function' },
  { tag: tags.labelName, class: 'label' },
  { tag: tags.operator, class: 'operator' },
  { tag: tags.comment, class: 'comment' },
]);

const { parser } = promQLLanguage(LanguageType.PromQL);

/** The editor's grammar and colours without the editor: hundreds of expressions stand on one page. The pieces make up the text. */
export function highlightPromql(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  highlightCode(
    text,
    parser.parse(text),
    highlighter,
    (code, kind) => pieces.push({ text: code, kind }),
    () => pieces.push({ text: '\n', kind: '' }),
  );
  return pieces;
}
