import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewlineAndIndent } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Diagnostic } from '@codemirror/lint';
import { linter } from '@codemirror/lint';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder as placeholderText } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import classes from './explore.module.css';
import { findParseError } from './parse-error.ts';

export interface EditorProps {
  readonly value: string;
  readonly label: string;
  readonly placeholder: string;
  readonly onChange: (value: string) => void;
  readonly onRun: () => void;
}

const highlight = HighlightStyle.define([
  { tag: tags.name, color: 'var(--petrel-code-name)' },
  { tag: tags.number, color: 'var(--petrel-code-number)' },
  { tag: tags.string, color: 'var(--petrel-code-string)' },
  { tag: tags.keyword, color: 'var(--petrel-code-keyword)', fontWeight: '600' },
  { tag: tags.function(tags.variableName), color: 'var(--petrel-code-function)' },
  { tag: tags.labelName, color: 'var(--petrel-code-label)' },
  { tag: tags.operator, color: 'var(--petrel-code-operator)' },
  { tag: tags.comment, color: 'var(--mantine-color-dimmed)', fontStyle: 'italic' },
]);

/** CodeMirror with PromQL: completion from this server's own metrics and labels, errors underlined where they are. */
export function Editor(props: EditorProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const current = useRef(props);
  current.current = props;
  const placeholder = useRef(new Compartment());

  useEffect(() => {
    if (host.current === null) return undefined;
    const promql = new PromQLExtension()
      .activateLinter(false)
      .setComplete({ remote: { url: '', httpMethod: 'GET', lookbackInterval: 12 * 3_600_000 } });
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: current.current.value,
        extensions: [
          history(),
          bracketMatching(),
          closeBrackets(),
          autocompletion(),
          syntaxHighlighting(highlight),
          promql.asExtension(),
          linter((v) => diagnose(v.state.doc.toString()), { delay: 300 }),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': current.current.label }),
          placeholder.current.of(placeholderText(current.current.placeholder)),
          Prec.highest(
            keymap.of([
              { key: 'Shift-Enter', run: insertNewlineAndIndent },
              { key: 'Mod-Enter', run: () => run(current.current) },
            ]),
          ),
          // Enter accepts an open completion first (completionKeymap stands before it), else it runs the query.
          keymap.of([...completionKeymap, { key: 'Enter', run: () => run(current.current) }]),
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) current.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    editor.focus();
    return () => {
      editor.destroy();
      promql.destroy();
    };
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || editor.state.doc.toString() === props.value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.value } });
  }, [props.value]);

  useEffect(() => {
    view.current?.dispatch({ effects: placeholder.current.reconfigure(placeholderText(props.placeholder)) });
  }, [props.placeholder]);

  return <div ref={host} className={classes.editor} />;
}

function run(props: EditorProps): boolean {
  props.onRun();
  return true;
}

function diagnose(text: string): readonly Diagnostic[] {
  const error = findParseError(text);
  if (error === undefined) return [];
  const from = Math.min(error.start, Math.max(text.length - 1, 0));
  const to = Math.min(Math.max(error.end, from + 1), text.length);
  return [{ from, to, severity: 'error', message: error.message }];
}
