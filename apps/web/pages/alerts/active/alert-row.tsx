import { IconBellOff, IconChartLine, IconHelpCircle } from '@tabler/icons-react';
import type { CSSProperties, ReactNode } from 'react';
import { memo } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { followInside } from '../../../shell/link.tsx';
import { spanText } from '../clock/ages.ts';
import { LabelList } from '../labels/label-list.tsx';
import { ownLabels } from '../labels/labels-text.ts';
import { SEVERITY_COLORS } from '../severity/severity.ts';
import classes from './active.module.css';
import type { ActiveAlert } from './data.ts';
import { graphLink, shortValue, summaryOf } from './data.ts';
import type { ShownGroup } from './layout.ts';
import { explainLink, explainQuestion, silenceLink } from './links.ts';
import { StateBadge } from './state-badge.tsx';

export interface AlertRowProps {
  readonly alert: ActiveAlert;
  readonly group: ShownGroup;
  readonly cursor: boolean;
  readonly open: boolean;
  readonly nowMs: number;
  /** What holds the alert back, '' when nothing does. */
  readonly heldBy: string;
  readonly onToggle: (alert: ActiveAlert, group: ShownGroup) => void;
}

/** One line: state, what tells it from its group, value, age, and what to do with it. */
export const AlertRow = memo(function AlertRow(props: AlertRowProps): ReactNode {
  const { alert, group, cursor, open, nowMs, heldBy, onToggle } = props;
  const { t } = useI18n();
  const own = ownLabels(alert.labels, group.shared);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a row holds links, which a button must not
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list's own keys open the row that its cursor is on
    <div
      role="button"
      tabIndex={-1}
      className={classes.row}
      style={{ '--severity': severityColor(alert) } as CSSProperties}
      data-cursor={cursor}
      data-held={alert.state !== 'firing'}
      data-testid="alert-row"
      aria-expanded={open}
      onClick={() => onToggle(alert, group)}
    >
      <StateBadge state={alert.state} severity={alert.severity} />
      <span className={classes.what}>
        {group.shared.alertname === undefined && <span className={classes.name}>{alert.name}</span>}
        {Object.keys(own).length > 0 && (
          <span className={classes.labels}>
            <LabelList labels={own} oneLine />
          </span>
        )}
        {heldBy !== '' && <span className={classes.heldBy}>{t('alerts.heldBy', { by: heldBy })}</span>}
        <span className={classes.summary}>{summaryOf(alert)}</span>
      </span>
      <span className={classes.figure} title={alert.value}>
        {alert.value === undefined ? '' : shortValue(alert.value)}
      </span>
      <span className={classes.figure} title={new Date(alert.sinceMs).toLocaleString('sv-SE')}>
        {spanText(nowMs - alert.sinceMs)}
      </span>
      <span className={classes.actions}>
        <RowLink to={silenceLink(alert.labels)} label={t('alerts.silence')}>
          <IconBellOff size={15} />
        </RowLink>
        <RowLink to={explainLink(explainQuestion(alert))} label={t('alerts.explain')}>
          <IconHelpCircle size={15} />
        </RowLink>
        <GraphLink alert={alert} />
      </span>
    </div>
  );
});

export function severityColor(alert: ActiveAlert): string {
  return `var(--mantine-color-${SEVERITY_COLORS[alert.severity]}-6)`;
}

function GraphLink({ alert }: { readonly alert: ActiveAlert }): ReactNode {
  const { t } = useI18n();
  const graph = graphLink(alert.generatorUrl);
  if (graph === undefined) return <span style={{ width: 26 }} />;
  return (
    <RowLink to={graph.url} label={t('alerts.graph')} inside={graph.inside}>
      <IconChartLine size={15} />
    </RowLink>
  );
}

function RowLink({
  to,
  label,
  inside = true,
  children,
}: {
  readonly to: string;
  readonly label: string;
  readonly inside?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <a
      href={to}
      className={classes.action}
      tabIndex={-1}
      title={label}
      aria-label={label}
      onClick={(event) => {
        if (inside) followInside(event, to);
        else event.stopPropagation();
      }}
    >
      {children}
    </a>
  );
}
