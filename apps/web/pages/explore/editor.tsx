import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Diagnostic } from '@codemirror/lint';
import { linter } from '@codemirror/lint';
import { tags } from '@lezer/highlight';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import type { ReactNode } from 'react';
import { useEffect, useMemo } from 'react';
import type { CodeEditorProps } from './code-editor.tsx';
import { CodeEditor } from './code-editor.tsx';
import { findParseError } from './parse-error.ts';

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

/** The editor with PromQL: completion from this server's own metrics and labels, errors underlined where they are. */
export function Editor(props: Omit<CodeEditorProps, 'language'>): ReactNode {
  const promql = useMemo(
    () =>
      new PromQLExtension()
        .activateLinter(false)
        .setComplete({ remote: { url: '', httpMethod: 'GET', lookbackInterval: 12 * 3_600_000 } }),
    [],
  );
  useEffect(() => () => promql.destroy(), [promql]);
  const language = useMemo(
    () => [
      syntaxHighlighting(highlight),
      promql.asExtension(),
      linter((view) => diagnose(view.state.doc.toString()), { delay: 300 }),
    ],
    [promql],
  );
  return <CodeEditor {...props} language={language} />;
}

function diagnose(text: string): readonly Diagnostic[] {
  const error = findParseError(text);
  if (error === undefined) return [];
  const from = Math.min(error.start, Math.max(text.length - 1, 0));
  const to = Math.min(Math.max(error.end, from + 1), text.length);
  return [{ from, to, severity: 'error', message: error.message }];
}
