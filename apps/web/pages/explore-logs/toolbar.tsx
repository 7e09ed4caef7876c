import { ActionIcon, Button, SegmentedControl, Tabs, Tooltip } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowUp,
  IconChartLine,
  IconLayoutSidebar,
  IconList,
  IconPlayerRecord,
  IconTable,
  IconTemplate,
  IconTextWrap,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { TextKey } from '../../i18n/en.ts';
import { useI18n } from '../../i18n/index.tsx';
import classes from './page.module.css';
import type { LineShape, LogsState, LogsView } from './url-state.ts';
import { SHAPES } from './url-state.ts';

const ICONS: Readonly<Record<LogsView, ReactNode>> = {
  lines: <IconList size={15} />,
  patterns: <IconTemplate size={15} />,
  live: <IconPlayerRecord size={15} />,
  graph: <IconChartLine size={15} />,
  table: <IconTable size={15} />,
};

export interface ViewTabsProps {
  readonly views: readonly LogsView[];
  readonly current: LogsView;
  readonly onChange: (view: LogsView) => void;
}

export function ViewTabs({ views, current, onChange }: ViewTabsProps): ReactNode {
  const { t } = useI18n();
  return (
    <Tabs
      value={current}
      variant="pills"
      onChange={(value) => {
        const view = views.find((one) => one === value);
        if (view !== undefined) onChange(view);
      }}
    >
      <Tabs.List className={classes.views ?? ''}>
        {views.map((view) => (
          <Tabs.Tab key={view} value={view} leftSection={ICONS[view]} px="sm" data-testid={`view-${view}`}>
            {t(`logs.view.${view}` satisfies TextKey)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  );
}

export interface LookControlsProps {
  readonly state: LogsState;
  readonly fieldsOpen: boolean;
  /** A live tail has no fields and one order. */
  readonly live: boolean;
  readonly onLook: (change: Partial<LogsState>) => void;
  readonly onDirection: (direction: LogsState['direction']) => void;
}

/** How lines are shown. */
export function LookControls({ state, fieldsOpen, live, onLook, onDirection }: LookControlsProps): ReactNode {
  const { t } = useI18n();
  const newest = state.direction === 'backward';
  return (
    <div className={classes.look}>
      {!live && (
        <Button
          size="xs"
          variant="default"
          leftSection={newest ? <IconArrowDown size={14} /> : <IconArrowUp size={14} />}
          className={classes.direction ?? ''}
          aria-label={t(newest ? 'logs.newest' : 'logs.oldest')}
          title={t(newest ? 'logs.newest' : 'logs.oldest')}
          data-testid="direction"
          onClick={() => onDirection(newest ? 'forward' : 'backward')}
        >
          <span className={classes.directionName}>{t(newest ? 'logs.newest' : 'logs.oldest')}</span>
        </Button>
      )}
      <SegmentedControl
        size="xs"
        aria-label={t('logs.shape')}
        value={state.shape}
        data={SHAPES.map((shape) => ({ value: shape, label: t(`logs.shape.${shape}` satisfies TextKey) }))}
        onChange={(shape) => onLook({ shape: shape as LineShape })}
      />
      <Toggle label={t('logs.wrap')} pressed={state.wrap} testId="wrap" onClick={() => onLook({ wrap: !state.wrap })}>
        <IconTextWrap size={16} />
      </Toggle>
      {!live && (
        <Toggle
          label={t('logs.fields')}
          pressed={fieldsOpen}
          testId="toggle-fields"
          onClick={() => onLook({ fieldsOpen: !fieldsOpen })}
        >
          <IconLayoutSidebar size={16} />
        </Toggle>
      )}
    </div>
  );
}

function Toggle({
  label,
  pressed,
  testId,
  onClick,
  children,
}: {
  readonly label: string;
  readonly pressed: boolean;
  readonly testId: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <Tooltip label={label}>
      <ActionIcon
        size={30}
        variant={pressed ? 'light' : 'default'}
        aria-label={label}
        aria-pressed={pressed}
        data-testid={testId}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
