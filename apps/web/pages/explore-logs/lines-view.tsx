import { Button, Text } from '@mantine/core';
import type { LogFieldView, LogLineView } from '@petrel/api/contract/logs.ts';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useCallback, useMemo } from 'react';
import { useI18n } from '../../i18n/index.tsx';
import { Failure } from '../../shell/failure.tsx';
import { formatDurationMs } from '../explore/duration.ts';
import type { AskedRange, LinesRequest, LogQuery } from './data.ts';
import { askFields, askLines, nextPage, PAGE_LINES, toNs } from './data.ts';
import { FieldPanel } from './fields/field-panel.tsx';
import { contentOf } from './lines/line-content.ts';
import { joinLines } from './lines/line-key.ts';
import { LineList } from './lines/line-list.tsx';
import type { LineLook } from './lines/line-row.tsx';
import classes from './page.module.css';
import type { StateChanges } from './page.tsx';
import type { FieldOrigin } from './query-edit/field-filter.ts';
import type { LogsState } from './url-state.ts';
import { Waiting } from './waiting.tsx';

export interface LinesViewProps {
  readonly query: LogQuery;
  readonly state: LogsState;
  readonly range: AskedRange;
  readonly look: LineLook;
  readonly fieldsOpen: boolean;
  /** The same query failed elsewhere on the page, which says so; not twice. */
  readonly failed: boolean;
  readonly changes: StateChanges;
  readonly onRemoveColumn: (name: string) => void;
  readonly onField: (field: LogFieldView & { readonly origin?: FieldOrigin }, value: string, negate: boolean) => void;
}

/** The lines page by page, and beside them what they have in them. */
export function LinesView(props: LinesViewProps): ReactNode {
  const { query, state, range, look, fieldsOpen, failed, changes, onRemoveColumn, onField } = props;
  const { t } = useI18n();
  const { direction } = state;
  const pages = useInfiniteQuery({
    queryKey: ['logs', 'lines', query, range, direction],
    placeholderData: keepPreviousData,
    initialPageParam: {
      ...query,
      startNs: toNs(range.fromMs),
      endNs: toNs(range.toMs),
      direction,
      limit: PAGE_LINES,
    } satisfies LinesRequest as LinesRequest,
    queryFn: ({ pageParam, signal }) => askLines(pageParam, signal),
    getNextPageParam: (last, _all, asked) => nextPage(asked, last),
  });
  const lines = useMemo(
    () => (pages.data?.pages ?? []).reduce<readonly LogLineView[]>((all, page) => joinLines(all, page.lines), []),
    [pages.data],
  );
  const onNamed = useCallback((line: string) => changes.show({ line }), [changes]);
  // Lines that are there stay there when there is no getting at further ones.
  if (pages.error !== null && !pages.isFetchNextPageError)
    return failed ? null : <Failure error={pages.error} retry={() => changes.ask({})} />;
  if (pages.data === undefined) return <Waiting fetching={pages.isFetching}>{t('logs.lines.loading')}</Waiting>;
  if (lines.length === 0) return <NoLines range={range} changes={changes} />;
  return (
    <div className={classes.split} data-fields={fieldsOpen}>
      {fieldsOpen && (
        <aside className={classes.side} aria-label={t('logs.fields')}>
          <Fields
            query={query}
            range={range}
            columns={look.columns}
            lines={lines}
            changes={changes}
            onField={onField}
          />
        </aside>
      )}
      <div className={classes.main}>
        <LineList
          lines={lines}
          look={look}
          named={state.line}
          onNamed={onNamed}
          onRemoveColumn={onRemoveColumn}
          listKey={JSON.stringify([query, range, direction])}
        />
        {pages.isFetchNextPageError && <Failure error={pages.error} retry={() => void pages.fetchNextPage()} />}
        <div className={classes.more}>
          {pages.hasNextPage ? (
            <Button
              size="xs"
              variant="default"
              loading={pages.isFetchingNextPage}
              data-testid="load-more"
              onClick={() => void pages.fetchNextPage()}
            >
              {t('logs.more')}
            </Button>
          ) : null}
          <Text size="xs" c="dimmed" data-testid="lines-summary">
            {t(pages.hasNextPage ? 'logs.lines.shown' : 'logs.lines.all', {
              count: lines.length.toLocaleString('en-US'),
            })}
          </Text>
        </div>
      </div>
    </div>
  );
}

interface FieldsProps {
  readonly query: LogQuery;
  readonly range: AskedRange;
  readonly columns: readonly string[];
  readonly lines: readonly LogLineView[];
  readonly changes: StateChanges;
  readonly onField: LinesViewProps['onField'];
}

function Fields({ query, range, columns, lines, changes, onField }: FieldsProps): ReactNode {
  const { t } = useI18n();
  const answer = useQuery({
    queryKey: ['logs', 'fields', query, range],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => askFields(query, range, signal),
  });
  if (answer.error !== null) return <Failure error={answer.error} retry={() => changes.ask({})} />;
  if (answer.data === undefined) return <Waiting fetching={answer.isFetching}>{t('logs.fields.loading')}</Waiting>;
  return (
    <FieldPanel
      answer={answer.data}
      columns={columns}
      onFilter={(field, value, negate) => {
        const origin = field.from === 'line' ? originOf(field.name, lines) : undefined;
        onField(origin === undefined ? field : { ...field, origin }, value, negate);
      }}
      onColumn={(name) =>
        changes.show({
          columns: columns.includes(name) ? columns.filter((one) => one !== name) : [...columns, name],
        })
      }
    />
  );
}

/** Whether lines that have the field are JSON or logfmt: the parser that finds it is another. */
function originOf(name: string, lines: readonly LogLineView[]): FieldOrigin | undefined {
  for (const line of lines) {
    const content = contentOf(line);
    if (content.kind !== 'text' && content.fields.some((field) => field.name === name)) return content.kind;
  }
  return undefined;
}

const WIDEST_MS = 30 * 86_400_000;

/** Nothing was found; most often because the time is too short. */
function NoLines({ range, changes }: { readonly range: AskedRange; readonly changes: StateChanges }): ReactNode {
  const { t } = useI18n();
  const spanMs = range.toMs - range.fromMs;
  const wider = [3_600_000, 86_400_000, 7 * 86_400_000, WIDEST_MS].find((candidate) => candidate > spanMs * 1.5);
  const widen = (ms: number): void =>
    changes.ask({ range: { kind: 'absolute', fromMs: range.toMs - ms, toMs: range.toMs } });
  return (
    <div className={classes.more} data-testid="empty">
      <Text fw={600}>{t('logs.none')}</Text>
      <Text size="sm" c="dimmed" ta="center" maw={560}>
        {t('logs.none.text')}
      </Text>
      {wider !== undefined && (
        <Button size="xs" variant="light" data-testid="widen" onClick={() => widen(wider)}>
          {t('logs.none.widen', { duration: formatDurationMs(wider) })}
        </Button>
      )}
    </div>
  );
}
