import type { CompletionContext } from '@codemirror/autocomplete';
import type { Diagnostic } from '@codemirror/lint';
import { linter } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { EditorState } from '@codemirror/state';
import type { LogLanguage } from '@petrel/api/contract/logs.ts';
import type { ReactNode } from 'react';
import { useMemo, useRef } from 'react';
import type { TextKey } from '../../../i18n/en.ts';
import { useI18n } from '../../../i18n/index.tsx';
import { CodeEditor } from '../../explore/code-editor.tsx';
import type { TimeRange } from '../../explore/url-state.ts';
import { resolveRange } from '../../explore/url-state.ts';
import type { QueryProblem } from '../problem.ts';
import { colours } from './colours.ts';
import { completeKql } from './kql-completion.ts';
import { completeLogql } from './logql-completion.ts';
import { serverLookups } from './lookups.ts';
import type { Mistake } from './mistake.ts';
import { findMistake } from './mistake.ts';

export interface LogEditorProps {
  readonly language: LogLanguage;
  readonly value: string;
  /** Where completion looks for names and values. */
  readonly range: TimeRange;
  /** What the server said of the query that was asked last. */
  readonly problem: QueryProblem | undefined;
  readonly onChange: (value: string) => void;
  readonly onRun: () => void;
}

/** The editor with LogQL, KQL or Lucene. */
export function LogEditor({ language, value, range, problem, onChange, onRun }: LogEditorProps): ReactNode {
  const { t } = useI18n();
  const current = useRef(range);
  current.current = range;
  const lookups = useMemo(() => serverLookups(() => resolveRange(current.current, Date.now())), []);
  const extension = useMemo<Extension>(() => {
    const complete = (context: CompletionContext) =>
      language === 'logql' ? completeLogql(context, lookups) : completeKql(context, { lookups, dialect: language });
    return [
      colours(language),
      EditorState.languageData.of(() => [{ autocomplete: complete }]),
      linter((view) => diagnose(language, view.state.doc.toString(), problem), { delay: 300 }),
    ];
  }, [language, lookups, problem]);
  return (
    <CodeEditor
      value={value}
      label={t('logs.query')}
      placeholder={t(`logs.placeholder.${language}` satisfies TextKey)}
      language={extension}
      onChange={onChange}
      onRun={onRun}
    />
  );
}

function diagnose(language: LogLanguage, text: string, problem: QueryProblem | undefined): readonly Diagnostic[] {
  const said = problem?.query === text ? { message: problem.message, ...problem.position } : undefined;
  const mistake: Mistake | undefined = findMistake(language, text) ?? said;
  if (mistake === undefined) return [];
  const from = Math.min(mistake.from, Math.max(text.length - 1, 0));
  const to = Math.min(Math.max(mistake.to, from + 1), text.length);
  return [{ from, to, severity: 'error', message: mistake.message }];
}
