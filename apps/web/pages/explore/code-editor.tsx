import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewlineAndIndent } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder as placeholderText } from '@codemirror/view';
import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import classes from './explore.module.css';

export interface CodeEditorProps {
  readonly value: string;
  readonly label: string;
  readonly placeholder: string;
  /** The language: colours, completion, mistakes. Another array puts another language in. */
  readonly language: Extension;
  readonly onChange: (value: string) => void;
  readonly onRun: () => void;
}

/** CodeMirror for a query of a few lines: Enter runs, Shift-Enter breaks the line. */
export function CodeEditor(props: CodeEditorProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const current = useRef(props);
  current.current = props;
  const placeholder = useRef(new Compartment());
  const language = useRef(new Compartment());

  useEffect(() => {
    if (host.current === null) return undefined;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: current.current.value,
        selection: { anchor: current.current.value.length },
        extensions: [
          history(),
          bracketMatching(),
          closeBrackets(),
          autocompletion(),
          language.current.of(current.current.language),
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
    return () => editor.destroy();
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || editor.state.doc.toString() === props.value) return;
    editor.dispatch({
      changes: { from: 0, to: editor.state.doc.length, insert: props.value },
      selection: { anchor: props.value.length },
    });
  }, [props.value]);

  useEffect(() => {
    view.current?.dispatch({ effects: placeholder.current.reconfigure(placeholderText(props.placeholder)) });
  }, [props.placeholder]);

  useEffect(() => {
    view.current?.dispatch({ effects: language.current.reconfigure(props.language) });
  }, [props.language]);

  return <div ref={host} className={classes.editor} />;
}

function run(props: CodeEditorProps): boolean {
  props.onRun();
  return true;
}
