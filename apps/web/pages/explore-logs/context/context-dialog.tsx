import { Button, Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { LogLineView } from '@petrel/api/contract/logs.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useEffect, useRef, useState } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { Failure } from '../../../shell/failure.tsx';
import { LabelList } from '../../alerts/labels/label-list.tsx';
import { Busy } from '../../alerts/notice/busy.tsx';
import { askContext } from '../data.ts';
import { LevelMark } from '../lines/level-mark.tsx';
import { contentOf } from '../lines/line-content.ts';
import { keyLines, lineName } from '../lines/line-key.ts';
import { shortTime } from '../lines/line-time.ts';
import classes from './context.module.css';

export interface ContextDialogProps {
  /** Undefined: closed. */
  readonly view: LogLineView | undefined;
  readonly onClose: () => void;
}

const STEP = 20;

/** The lines of the same stream around one line, oldest first, whatever the query was. */
export function ContextDialog({ view, onClose }: ContextDialogProps): ReactNode {
  const { t } = useI18n();
  const narrow = useMediaQuery('(max-width: 48em)') === true;
  return (
    <Modal opened={view !== undefined} onClose={onClose} title={t('logs.context.title')} size="xl" fullScreen={narrow}>
      {view !== undefined && <Context view={view} />}
    </Modal>
  );
}

function Context({ view }: { readonly view: LogLineView }): ReactNode {
  const { t } = useI18n();
  const [reach, setReach] = useState({ before: STEP, after: STEP });
  const name = lineName(view);
  const query = useQuery({
    queryKey: ['logs', 'context', name, reach],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => askContext(view, reach, signal),
  });
  const own = useRef<HTMLDivElement>(null);
  const arrived = query.data !== undefined;
  useEffect(() => {
    if (arrived) own.current?.scrollIntoView({ block: 'center' });
  }, [arrived]);
  return (
    <div data-testid="context">
      <LabelList labels={view.stream} />
      {query.error !== null && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Busy>{t('logs.context.loading')}</Busy>}
      {query.data !== undefined && (
        <>
          <Further
            label={query.data.moreBefore ? t('logs.context.earlier') : undefined}
            none={t('logs.context.first')}
            loading={query.isFetching}
            onClick={() => setReach((last) => ({ ...last, before: last.before + 5 * STEP }))}
          />
          <div className={classes.lines}>
            {keyLines(query.data.lines).map(({ key, view: line }) => {
              const mine = key === name;
              return (
                <div
                  key={key}
                  ref={mine ? own : null}
                  className={classes.line}
                  data-own={mine}
                  data-testid="context-line"
                >
                  <span className={classes.time}>{shortTime(line.tsNs, false)}</span>
                  <LevelMark level={line.level} />
                  <span className={classes.text}>{contentOf(line).message}</span>
                </div>
              );
            })}
          </div>
          <Further
            label={query.data.moreAfter ? t('logs.context.later') : undefined}
            none={t('logs.context.last')}
            loading={query.isFetching}
            onClick={() => setReach((last) => ({ ...last, after: last.after + 5 * STEP }))}
          />
        </>
      )}
    </div>
  );
}

function Further({
  label,
  none,
  loading,
  onClick,
}: {
  /** Undefined: there is nothing further. */
  readonly label: string | undefined;
  readonly none: string;
  readonly loading: boolean;
  readonly onClick: () => void;
}): ReactNode {
  return (
    <div className={classes.further}>
      {label === undefined ? (
        none
      ) : (
        <Button size="compact-xs" variant="default" loading={loading} onClick={onClick}>
          {label}
        </Button>
      )}
    </div>
  );
}
