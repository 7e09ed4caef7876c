import { Autocomplete, Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { IconHelpCircle } from '@tabler/icons-react';
import type { FormEvent, ReactNode } from 'react';
import { useEffect, useMemo, useState } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { Failure } from '../../../shell/failure.tsx';
import { changeSearch, useLocation } from '../../../shell/location.ts';
import { useKnownAlerts } from '../alertmanager/queries.ts';
import { parseTime } from '../clock/ages.ts';
import { Busy } from '../notice/busy.tsx';
import { Empty } from '../notice/empty.tsx';
import { useRouting } from '../routing/queries.ts';
import type { ExplainQuestion } from './data.ts';
import { useExplanation } from './data.ts';
import { Candidates, Explanation } from './explanation.tsx';

/** Why somebody was told of an alert, or was not. */
export function ExplainPage(): ReactNode {
  const { t } = useI18n();
  const { search } = useLocation();
  const question: ExplainQuestion = {
    alert: search.get('alert') ?? '',
    at: search.get('at') ?? '',
    receiver: search.get('receiver') ?? '',
  };
  const explanation = useExplanation(question);
  const { data } = explanation;
  return (
    <Stack gap="sm">
      <QuestionForm question={question} onAgain={() => void explanation.refetch()} />
      {question.alert.trim() === '' && <Empty title={t('explain.start')}>{t('explain.start.text')}</Empty>}
      {explanation.error !== null && <Failure error={explanation.error} retry={() => void explanation.refetch()} />}
      {explanation.isLoading && <Busy>{t('explain.loading')}</Busy>}
      {data !== undefined && data.alert === undefined && (
        <>
          <Empty title={t('explain.nothing')}>{data.notes.join(' ')}</Empty>
          <Candidates data={data} shown={undefined} />
        </>
      )}
      {data?.alert !== undefined && <Explanation data={data} alert={data.alert} />}
    </Stack>
  );
}

function QuestionForm({
  question,
  onAgain,
}: {
  readonly question: ExplainQuestion;
  readonly onAgain: () => void;
}): ReactNode {
  const { t } = useI18n();
  const known = useKnownAlerts();
  const routing = useRouting();
  const names = useMemo(
    () => [...new Set((known.data ?? []).map(({ labels }) => labels.alertname ?? ''))].filter(Boolean).sort(),
    [known.data],
  );
  const [alert, setAlert] = useState(question.alert);
  const [at, setAt] = useState(question.at);
  useEffect(() => setAlert(question.alert), [question.alert]);
  useEffect(() => setAt(question.at), [question.at]);
  const invalid = parseTime(at, Date.now()) === undefined;
  const ask = (event?: FormEvent): void => {
    event?.preventDefault();
    if (alert === question.alert && at === question.at) onAgain();
    else changeSearch({ alert, at });
  };
  return (
    <form onSubmit={ask}>
      <Group gap="xs" align="end">
        <Autocomplete
          size="xs"
          style={{ flex: '3 1 260px' }}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          label={t('explain.alert')}
          placeholder={t('explain.alert.hint')}
          data-testid="explain-alert"
          data={names}
          limit={30}
          value={alert}
          onChange={setAlert}
          onOptionSubmit={(name) => changeSearch({ alert: name, at })}
        />
        <TextInput
          size="xs"
          style={{ flex: '1 1 160px' }}
          label={t('explain.at')}
          placeholder={t('explain.at.hint')}
          data-testid="explain-at"
          value={at}
          error={invalid}
          onChange={(event) => setAt(event.currentTarget.value)}
        />
        <Select
          size="xs"
          w={160}
          clearable
          label={t('alerts.receiver')}
          placeholder={t('alerts.receiver.all')}
          value={question.receiver === '' ? null : question.receiver}
          data={(routing.data?.receivers ?? []).map(({ name }) => name)}
          onChange={(receiver) => changeSearch({ receiver: receiver ?? undefined })}
        />
        <Button
          type="submit"
          size="xs"
          leftSection={<IconHelpCircle size={15} />}
          disabled={invalid}
          data-testid="explain-ask"
        >
          {t('explain.ask')}
        </Button>
      </Group>
    </form>
  );
}
