import type { Extension } from '@codemirror/state';
import type { DecorationSet, EditorView, ViewUpdate } from '@codemirror/view';
import { Decoration, ViewPlugin } from '@codemirror/view';
import type { LogLanguage } from '@petrel/api/contract/logs.ts';
import type { KqlTokenKind } from '@petrel/query/kql/parse/index.ts';
import { tokenizeKql } from '@petrel/query/kql/parse/index.ts';
import type { HighlightKind } from '@petrel/query/logql/parse/index.ts';
import { tokenizeLogql } from '@petrel/query/logql/parse/index.ts';

type Kind = HighlightKind | KqlTokenKind;

/** Variables of the editor's style sheet; what is not named here has no colour. */
const COLOURS: Readonly<Partial<Record<Kind, string>>> = {
  comment: 'color: var(--mantine-color-dimmed); font-style: italic',
  duration: 'color: var(--petrel-code-number)',
  number: 'color: var(--petrel-code-number)',
  function: 'color: var(--petrel-code-function)',
  keyword: 'color: var(--petrel-code-keyword); font-weight: 600',
  stage: 'color: var(--petrel-code-keyword); font-weight: 600',
  flag: 'color: var(--petrel-code-keyword)',
  label: 'color: var(--petrel-code-label)',
  field: 'color: var(--petrel-code-label)',
  string: 'color: var(--petrel-code-string)',
  phrase: 'color: var(--petrel-code-string)',
  value: 'color: var(--petrel-code-string)',
  operator: 'color: var(--petrel-code-operator)',
  punctuation: 'color: var(--petrel-code-operator)',
  bracket: 'color: var(--petrel-code-operator)',
};

const MARKS = new Map(
  Object.entries(COLOURS).map(([kind, style]) => [
    kind,
    Decoration.mark({ attributes: { style, 'data-token': kind } }),
  ]),
);

/** Colours from the language's own tokens; queries are short, so all of the text is coloured at every change. */
export function colours(language: LogLanguage): Extension {
  return ViewPlugin.define((view) => new Coloured(language, view), { decorations: (coloured) => coloured.decorations });
}

class Coloured {
  decorations: DecorationSet;
  readonly #language: LogLanguage;

  constructor(language: LogLanguage, view: EditorView) {
    this.#language = language;
    this.decorations = this.#colour(view);
  }

  update(update: ViewUpdate): void {
    if (update.docChanged) this.decorations = this.#colour(update.view);
  }

  #colour(view: EditorView): DecorationSet {
    const text = view.state.doc.toString();
    const tokens = this.#language === 'logql' ? tokenizeLogql(text) : tokenizeKql(text);
    return Decoration.set(
      tokens.flatMap(({ kind, from, to }) => {
        const mark = MARKS.get(kind);
        return mark === undefined || to <= from ? [] : [mark.range(from, to)];
      }),
    );
  }
}
