import { Badge, Button, Text } from '@mantine/core';
import { IconEraser, IconPlayerPause, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useCallback, useState } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { Failure } from '../../../shell/failure.tsx';
import { Empty } from '../../alerts/notice/empty.tsx';
import type { LogQuery } from '../data.ts';
import { LineList } from '../lines/line-list.tsx';
import type { LineLook } from '../lines/line-row.tsx';
import classes from './tail.module.css';
import { MAX_TAIL_LINES } from './tail-buffer.ts';
import type { Tail } from './use-tail.ts';
import { useTail } from './use-tail.ts';

export interface TailViewProps {
  readonly query: LogQuery;
  readonly look: LineLook;
  readonly onStop: () => void;
  readonly onRemoveColumn: (name: string) => void;
}

/** Lines as they come in, the newest on top. */
export function TailView({ query, look, onStop, onRemoveColumn }: TailViewProps): ReactNode {
  const { t } = useI18n();
  const tail = useTail(query);
  const { buffer, state } = tail;
  const [named, setNamed] = useState('');
  const onNamed = useCallback((key: string) => setNamed(key), []);
  if (state.kind === 'failed') return <Failure error={state.error} retry={tail.retry} />;
  return (
    <div data-testid="tail">
      <TailBar tail={tail} onStop={onStop} />
      {buffer.lines.length === 0 ? (
        <Empty title={t('logs.live.none')}>{t('logs.live.none.text')}</Empty>
      ) : (
        <LineList
          lines={buffer.lines}
          look={look}
          named={named}
          onNamed={onNamed}
          onRemoveColumn={onRemoveColumn}
          listKey={`${query.language} ${query.query}`}
        />
      )}
      {buffer.lines.length >= MAX_TAIL_LINES && (
        <Text size="xs" c="dimmed" ta="center" py="xs">
          {t('logs.live.bounded', { count: MAX_TAIL_LINES.toLocaleString('en-US') })}
        </Text>
      )}
    </div>
  );
}

function TailBar({ tail, onStop }: { readonly tail: Tail; readonly onStop: () => void }): ReactNode {
  const { t } = useI18n();
  const { buffer, state } = tail;
  return (
    <div className={classes.bar} role="status">
      <span className={classes.dot} data-state={buffer.paused ? 'paused' : state.kind} />
      <Text size="sm" className={classes.state ?? ''} data-testid="tail-state">
        {state.kind === 'waiting'
          ? t('logs.live.lost', { seconds: state.seconds })
          : state.kind === 'connecting'
            ? t('logs.live.connecting')
            : buffer.paused
              ? t('logs.live.paused', { count: buffer.waiting.length.toLocaleString('en-US') })
              : t('logs.live.following', { count: buffer.received.toLocaleString('en-US') })}
      </Text>
      {buffer.dropped > 0 && (
        <Badge color="orange" variant="light" tt="none" data-testid="tail-dropped">
          {t('logs.live.dropped', { count: buffer.dropped.toLocaleString('en-US') })}
        </Badge>
      )}
      <span className={classes.buttons}>
        {buffer.paused ? (
          <Button size="compact-sm" leftSection={<IconPlayerPlay size={14} />} onClick={tail.resume}>
            {t('logs.live.resume')}
          </Button>
        ) : (
          <Button size="compact-sm" variant="default" leftSection={<IconPlayerPause size={14} />} onClick={tail.pause}>
            {t('logs.live.pause')}
          </Button>
        )}
        <Button size="compact-sm" variant="default" leftSection={<IconEraser size={14} />} onClick={tail.clear}>
          {t('logs.live.clear')}
        </Button>
        <Button size="compact-sm" variant="default" leftSection={<IconPlayerStop size={14} />} onClick={onStop}>
          {t('logs.live.stop')}
        </Button>
      </span>
    </div>
  );
}
