import { ActionIcon, Text, TextInput, Tooltip, UnstyledButton } from '@mantine/core';
import type { LogFieldsAnswer, LogFieldView } from '@petrel/api/contract/logs.ts';
import { IconChevronRight, IconMinus, IconPlus, IconSearch, IconTableColumn } from '@tabler/icons-react';
import type { CSSProperties, ReactNode } from 'react';
import { useEffect, useRef, useState } from 'react';
import type { TextKey } from '../../../i18n/en.ts';
import { useI18n } from '../../../i18n/index.tsx';
import { formatValue } from '../../explore/format-value.ts';
import classes from './fields.module.css';

export interface FieldPanelProps {
  readonly answer: LogFieldsAnswer;
  readonly columns: readonly string[];
  readonly onFilter: (field: LogFieldView, value: string, negate: boolean) => void;
  readonly onColumn: (name: string) => void;
}

const ORIGINS: readonly LogFieldView['from'][] = ['stream', 'metadata', 'line'];

/** What the newest lines have in them: every field with how often it is there and what it says most. */
export function FieldPanel({ answer, columns, onFilter, onColumn }: FieldPanelProps): ReactNode {
  const { t } = useI18n();
  const [filter, setFilter] = useState('');
  const [open, setOpen] = useState('');
  const shown = answer.fields.filter((field) => field.name.toLowerCase().includes(filter.trim().toLowerCase()));
  return (
    <div data-testid="fields">
      <TextInput
        size="xs"
        leftSection={<IconSearch size={13} />}
        placeholder={t('logs.fields.find')}
        aria-label={t('logs.fields.find')}
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
      />
      <Text size="xs" c="dimmed" my={4}>
        {t('logs.fields.sampled', { count: answer.sampled.toLocaleString('en-US') })}
      </Text>
      {ORIGINS.map((from) => {
        const own = shown.filter((field) => field.from === from);
        return own.length === 0 ? null : (
          <section key={from}>
            <h4 className={classes.origin}>{t(`logs.fields.${from}` satisfies TextKey)}</h4>
            {own.map((field) => {
              const key = `${from} ${field.name}`;
              return (
                <Field
                  key={key}
                  field={field}
                  sampled={answer.sampled}
                  open={key === open}
                  column={columns.includes(field.name)}
                  onToggle={() => setOpen(key === open ? '' : key)}
                  onFilter={onFilter}
                  onColumn={onColumn}
                />
              );
            })}
          </section>
        );
      })}
      {shown.length === 0 && (
        <Text size="sm" c="dimmed" py="xs">
          {t('logs.fields.none')}
        </Text>
      )}
    </div>
  );
}

interface FieldProps {
  readonly field: LogFieldView;
  readonly sampled: number;
  readonly open: boolean;
  readonly column: boolean;
  readonly onToggle: () => void;
  readonly onFilter: FieldPanelProps['onFilter'];
  readonly onColumn: FieldPanelProps['onColumn'];
}

function Field({ field, sampled, open, column, onToggle, onFilter, onColumn }: FieldProps): ReactNode {
  const { t } = useI18n();
  const coverage = sampled === 0 ? 0 : Math.round((100 * field.count) / sampled);
  return (
    <div className={classes.field} data-open={open}>
      <div className={classes.head}>
        <UnstyledButton
          className={classes.name ?? ''}
          aria-expanded={open}
          data-testid={`field-${field.name}`}
          onClick={onToggle}
        >
          <IconChevronRight size={13} className={classes.chevron ?? ''} />
          <span className={classes.label} title={field.name}>
            {field.name}
          </span>
          <span className={classes.distinct} title={t('logs.fields.distinct', { count: field.distinct, coverage })}>
            {field.distinct.toLocaleString('en-US')}
          </span>
        </UnstyledButton>
        <Tooltip label={t('logs.fields.column')} openDelay={400}>
          <ActionIcon
            size="sm"
            variant={column ? 'light' : 'subtle'}
            color={column ? 'blue' : 'gray'}
            aria-label={t('logs.fields.column')}
            aria-pressed={column}
            onClick={() => onColumn(field.name)}
          >
            <IconTableColumn size={14} />
          </ActionIcon>
        </Tooltip>
      </div>
      {open && <FieldStatistics field={field} coverage={coverage} onFilter={onFilter} />}
    </div>
  );
}

function FieldStatistics({
  field,
  coverage,
  onFilter,
}: {
  readonly field: LogFieldView;
  readonly coverage: number;
  readonly onFilter: FieldPanelProps['onFilter'];
}): ReactNode {
  const { t } = useI18n();
  const { range } = field;
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    host.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={host} className={classes.statistics} data-testid="field-statistics">
      <div className={classes.facts}>
        <span>{t(`logs.type.${field.type}` satisfies TextKey)}</span>
        <span>{t('logs.fields.coverage', { coverage })}</span>
      </div>
      {range !== undefined && (
        <div className={classes.facts}>
          <span>{t('logs.fields.min', { value: formatValue(range.min) })}</span>
          <span>{t('logs.fields.average', { value: formatValue(range.average) })}</span>
          <span>{t('logs.fields.max', { value: formatValue(range.max) })}</span>
        </div>
      )}
      {field.top.map(({ value, count }) => {
        const share = field.count === 0 ? 0 : (100 * count) / field.count;
        return (
          <div
            key={value}
            className={classes.value}
            style={{ '--share': `${share}%` } as CSSProperties}
            data-testid="top-value"
          >
            <span className={classes.valueText} title={value}>
              {value === '' ? t('logs.fields.empty') : value}
            </span>
            <span className={classes.share}>{share >= 1 ? `${Math.round(share)} %` : '< 1 %'}</span>
            <ActionIcon
              size={20}
              variant="subtle"
              color="gray"
              aria-label={t('logs.only', { name: field.name })}
              data-testid="top-only"
              onClick={() => onFilter(field, value, false)}
            >
              <IconPlus size={13} />
            </ActionIcon>
            <ActionIcon
              size={20}
              variant="subtle"
              color="gray"
              aria-label={t('logs.without', { name: field.name })}
              data-testid="top-without"
              onClick={() => onFilter(field, value, true)}
            >
              <IconMinus size={13} />
            </ActionIcon>
          </div>
        );
      })}
    </div>
  );
}
