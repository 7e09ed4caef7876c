import { Button, Group, Paper, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent, ReactNode } from 'react';
import { useMemo, useState } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { Failure } from '../../../shell/failure.tsx';
import { changeSearch, navigate } from '../../../shell/location.ts';
import { silencesLink } from '../active/links.ts';
import { postSilence } from '../alertmanager/api.ts';
import { useKnownAlerts } from '../alertmanager/queries.ts';
import { useNow } from '../clock/use-now.ts';
import { MatcherRows } from '../matchers/matcher-rows.tsx';
import { selectorText } from '../matchers/matchers-text.ts';
import { rememberAuthor } from './author.ts';
import type { DraftProblem, SilenceDraft } from './data.ts';
import { completeMatchers, draftProblems, labelSuggestions, toPostable } from './data.ts';
import { DurationChoice } from './duration-choice.tsx';
import { Preview } from './preview.tsx';
import classes from './silences.module.css';

/** Matchers, time, author and comment on one side, and beside them what the silence would hide. */
export function SilenceForm({ start }: { readonly start: SilenceDraft }): ReactNode {
  const { t } = useI18n();
  const queries = useQueryClient();
  const nowMs = useNow();
  const [draft, setDraft] = useState(start);
  const [sent, setSent] = useState(false);
  const known = useKnownAlerts();
  const suggestions = useMemo(() => labelSuggestions((known.data ?? []).map(({ labels }) => labels)), [known.data]);
  const problems = draftProblems(draft, nowMs);
  const save = useMutation({
    mutationFn: () => postSilence(toPostable(draft, Date.now())),
    onSuccess: async (id) => {
      rememberAuthor(draft.author.trim());
      void queries.invalidateQueries({ queryKey: ['alerts', 'groups'] });
      void queries.invalidateQueries({ queryKey: ['alerts', 'known'] });
      await queries.invalidateQueries({ queryKey: ['alerts', 'silences'] });
      navigate(silencesLink(id));
    },
  });
  const change = (part: Partial<SilenceDraft>): void => {
    setDraft((last) => ({ ...last, ...part }));
    // A link to a new silence holds its matchers; one to a silence that there is names that.
    const search = new URLSearchParams(location.search);
    if (part.matchers !== undefined && !search.has('id') && !search.has('from'))
      changeSearch({ filter: selectorText(completeMatchers(part.matchers)) }, { replace: true });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setSent(true);
    if (problems.length === 0) save.mutate();
  };
  const errorOf = (...names: readonly DraftProblem[]): string | undefined => {
    const found = names.find((name) => problems.includes(name));
    return sent && found !== undefined ? t(`silences.problem.${found}`) : undefined;
  };
  const matchersError = errorOf('matchers', 'regex', 'everything');
  return (
    <div className={classes.form}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Title order={4}>{t(start.id === undefined ? 'silences.new' : 'silences.edit.title')}</Title>
          <div>
            <Text size="sm" fw={500} mb={4}>
              {t('silences.matchers')}
            </Text>
            <MatcherRows
              matchers={draft.matchers}
              suggestions={suggestions}
              onChange={(matchers) => change({ matchers })}
            />
            {matchersError !== undefined && (
              <Text size="xs" c="red" mt={4}>
                {matchersError}
              </Text>
            )}
          </div>
          <DurationChoice
            startsAtMs={draft.startsAtMs}
            endsAtMs={draft.endsAtMs}
            nowMs={nowMs}
            error={errorOf('times', 'past')}
            onChange={change}
          />
          <Words draft={draft} errorOf={errorOf} onChange={change} />
          {save.error !== null && <Failure error={save.error} title={t('silences.save.failed')} />}
          <Group gap="xs">
            <Button type="submit" size="sm" loading={save.isPending} data-testid="save-silence">
              {t(start.id === undefined ? 'silences.create' : 'silences.save')}
            </Button>
            <Button variant="default" size="sm" onClick={() => history.back()}>
              {t('silences.cancel')}
            </Button>
          </Group>
        </Stack>
      </form>
      <Paper withBorder p="sm">
        <Preview matchers={draft.matchers} />
      </Paper>
    </div>
  );
}

interface WordsProps {
  readonly draft: SilenceDraft;
  readonly errorOf: (...names: readonly DraftProblem[]) => string | undefined;
  readonly onChange: (part: Partial<SilenceDraft>) => void;
}

function Words({ draft, errorOf, onChange }: WordsProps): ReactNode {
  const { t } = useI18n();
  return (
    <>
      <TextInput
        size="sm"
        label={t('silences.author')}
        data-testid="author"
        autoComplete="username"
        value={draft.author}
        error={errorOf('author')}
        onChange={(event) => onChange({ author: event.currentTarget.value })}
      />
      <Textarea
        size="sm"
        label={t('silences.comment')}
        placeholder={t('silences.comment.hint')}
        data-testid="comment"
        autosize
        minRows={2}
        value={draft.comment}
        error={errorOf('comment')}
        onChange={(event) => onChange({ comment: event.currentTarget.value })}
      />
    </>
  );
}
