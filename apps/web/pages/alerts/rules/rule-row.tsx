import { Badge, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { memo } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { durationText, spanText, tookText } from '../clock/ages.ts';
import { Expression } from '../expression/expression.tsx';
import type { ApiRuleGroup, Rule, RuleState } from './data.ts';
import { shortFile } from './data.ts';
import classes from './rules.module.css';

const COLORS: Readonly<Record<RuleState, string>> = {
  failing: 'red',
  firing: 'red',
  pending: 'yellow',
  inactive: 'green',
  recording: 'gray',
};

export interface GroupHeadProps {
  readonly group: ApiRuleGroup;
  readonly count: number;
  readonly nowMs: number;
}

export const GroupHead = memo(function GroupHead({ group, count, nowMs }: GroupHeadProps): ReactNode {
  const { t } = useI18n();
  const slow = group.evaluationTime > group.interval;
  return (
    <div className={classes.group} data-testid="rule-group">
      <span className={classes.groupName}>{group.name}</span>
      <span title={group.file}>{shortFile(group.file)}</span>
      <span>{t('rules.group.rules', { count, total: group.rules.length })}</span>
      <span>{t('rules.group.interval', { interval: durationText(group.interval * 1000) })}</span>
      <span className={slow ? classes.slow : undefined}>
        {t(slow ? 'rules.group.slow' : 'rules.group.took', { took: tookText(group.evaluationTime) })}
      </span>
      <span>{agoText(group.lastEvaluation, nowMs, t('rules.never'), (age) => t('alerts.ago', { age }))}</span>
    </div>
  );
});

export interface RuleRowProps {
  readonly entry: Rule;
  readonly open: boolean;
  readonly nowMs: number;
  readonly onToggle: (key: string) => void;
}

export const RuleLine = memo(function RuleLine({ entry, open, nowMs, onToggle }: RuleRowProps): ReactNode {
  const { t } = useI18n();
  const { rule, state } = entry;
  const alerts = rule.alerts?.length ?? 0;
  return (
    <UnstyledButton
      className={classes.rule ?? ''}
      data-state={state}
      data-testid="rule"
      aria-expanded={open}
      onClick={() => onToggle(entry.key)}
    >
      <Badge
        size="sm"
        radius="sm"
        tt="none"
        fw={500}
        color={COLORS[state]}
        variant={state === 'failing' ? 'filled' : state === 'recording' ? 'default' : 'light'}
      >
        {t(`rules.state.${state}`)}
        {alerts > 0 ? ` ${alerts}` : ''}
      </Badge>
      <span className={classes.name}>{rule.name}</span>
      <span className={classes.expr}>
        <Expression expr={rule.query} oneLine />
      </span>
      <span className={classes.figure} title={t('rules.for')}>
        {rule.duration === undefined || rule.duration === 0 ? '' : durationText(rule.duration * 1000)}
      </span>
      <span className={classes.figure} title={t('rules.lastEvaluation')}>
        {agoText(rule.lastEvaluation, nowMs, t('rules.never'), (age) => t('alerts.ago', { age }))}
      </span>
      <span className={classes.figure} title={t('rules.took')}>
        {tookText(rule.evaluationTime)}
      </span>
      {state === 'failing' && <span className={classes.error}>{rule.lastError}</span>}
    </UnstyledButton>
  );
});

function agoText(time: string, nowMs: number, never: string, ago: (age: string) => string): string {
  const ms = Date.parse(time);
  return ms > 0 ? ago(spanText(nowMs - ms)) : never;
}
