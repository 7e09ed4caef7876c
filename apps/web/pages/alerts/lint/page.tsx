import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import type { LintData, LintFindingData } from '@petrel/api/contract/alerting.ts';
import { IconAlertTriangle, IconCircleX, IconInfoCircle, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { Failure } from '../../../shell/failure.tsx';
import { changeSearch, useLocation } from '../../../shell/location.ts';
import { FilterInput } from '../matchers/filter-input.tsx';
import { Busy } from '../notice/busy.tsx';
import { Empty } from '../notice/empty.tsx';
import { StateFilter } from '../states/state-filter.tsx';
import type { LintFile } from './data.ts';
import { byFile, countFindings, findingMatches, LINT_SEVERITIES, useLint } from './data.ts';
import classes from './lint.module.css';

/** What is wrong with the rules and the routing, by file. */
export function LintPage(): ReactNode {
  const { t } = useI18n();
  const lint = useLint();
  return (
    <Stack gap="sm">
      {lint.error !== null && <Failure error={lint.error} retry={() => void lint.refetch()} />}
      {lint.isPending && <Busy>{t('lint.loading')}</Busy>}
      {lint.data !== undefined && (
        <Findings data={lint.data} busy={lint.isFetching} onRefresh={() => void lint.refetch()} />
      )}
    </Stack>
  );
}

interface FindingsProps {
  readonly data: LintData;
  readonly busy: boolean;
  readonly onRefresh: () => void;
}

function Findings({ data, busy, onRefresh }: FindingsProps): ReactNode {
  const { t } = useI18n();
  const { search } = useLocation();
  const filter = search.get('q') ?? '';
  const severity = LINT_SEVERITIES.find((one) => one === search.get('severity'));
  const found = data.findings.filter((one) => findingMatches(one, filter));
  const files = byFile(found.filter((one) => severity === undefined || one.severity === severity));
  const counts = countFindings(found);
  return (
    <>
      <Group gap="xs" align="start">
        <FilterInput
          value={filter}
          placeholder={t('lint.filter')}
          onChange={(q) => changeSearch({ q }, { replace: true })}
        />
        <StateFilter
          value={severity}
          all={{ label: t('alerts.state.all'), count: found.length }}
          choices={LINT_SEVERITIES.map((one) => ({ value: one, label: t(`lint.${one}`), count: counts[one] }))}
          onChange={(next) => changeSearch({ severity: next })}
        />
        <Button size="xs" variant="default" leftSection={<IconRefresh size={14} />} loading={busy} onClick={onRefresh}>
          {t('lint.again')}
        </Button>
      </Group>
      <Text size="sm" c="dimmed" data-testid="lint-checked">
        {t('lint.checked', data.checked)}
      </Text>
      {data.findings.length === 0 && <Empty title={t('lint.clean')} />}
      {data.findings.length > 0 && files.length === 0 && <Empty title={t('lint.noneMatch')} />}
      {files.map((file) => (
        <FileFindings key={file.file} file={file} />
      ))}
    </>
  );
}

function FileFindings({ file: { file, findings } }: { readonly file: LintFile }): ReactNode {
  return (
    <Paper withBorder data-testid="lint-file">
      <Text
        px="xs"
        py={6}
        size="sm"
        fw={600}
        style={{ overflowWrap: 'anywhere', borderBottom: '1px solid var(--mantine-color-default-border)' }}
      >
        {file}
      </Text>
      {findings.map((finding) => (
        <Finding key={`${finding.line}:${finding.column} ${finding.check} ${finding.message}`} finding={finding} />
      ))}
    </Paper>
  );
}

function Finding({ finding }: { readonly finding: LintFindingData }): ReactNode {
  const { t } = useI18n();
  const { severity, line, column, check, subject, message, suggestion } = finding;
  return (
    <div className={classes.finding} data-testid="finding">
      <span title={t(`lint.${severity}`)}>
        {severity === 'error' && <IconCircleX size={17} color="var(--mantine-color-red-6)" />}
        {severity === 'warning' && <IconAlertTriangle size={17} color="var(--mantine-color-orange-6)" />}
        {severity === 'info' && <IconInfoCircle size={17} color="var(--mantine-color-blue-6)" />}
      </span>
      <span className={classes.place}>
        {line}:{column}
      </span>
      <span className={classes.message}>
        <b>{subject}</b> {message}
      </span>
      <span className={classes.place}>{check}</span>
      {suggestion !== '' && <span className={classes.suggestion}>{suggestion}</span>}
    </div>
  );
}
