import { Button, Group } from '@mantine/core';
import { IconBellOff, IconBook, IconChartLine, IconHelpCircle, IconLink } from '@tabler/icons-react';
import type { CSSProperties, ReactNode } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { followInside, Link } from '../../../shell/link.tsx';
import type { GettableSilence } from '../alertmanager/api.ts';
import { localTime, spanText } from '../clock/ages.ts';
import { LabelList } from '../labels/label-list.tsx';
import classes from './active.module.css';
import { severityColor } from './alert-row.tsx';
import type { ActiveAlert } from './data.ts';
import { annotationLinks, graphLink } from './data.ts';
import { alertLink, explainLink, explainQuestion, silenceLink, silencesLink } from './links.ts';

export interface AlertDetailsProps {
  readonly alert: ActiveAlert;
  readonly byId: ReadonlyMap<string, ActiveAlert>;
  readonly silences: readonly GettableSilence[];
  readonly nowMs: number;
  readonly onFilter: (name: string, value: string) => void;
}

/** Everything that is known of one alert, what holds it back, and where to go from here. */
export function AlertDetails({ alert, byId, silences, nowMs, onFilter }: AlertDetailsProps): ReactNode {
  const { t } = useI18n();
  const texts = Object.entries(alert.annotations).filter(([, value]) => !/^https?:\/\/\S+$/.test(value));
  return (
    <div
      className={classes.details}
      style={{ '--severity': severityColor(alert) } as CSSProperties}
      data-testid="alert-details"
    >
      <LabelList labels={alert.labels} onChoose={onFilter} chooseTitle={t('alerts.filterBy')} />
      <dl className={classes.facts}>
        {texts.map(([name, value]) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
        {alert.value !== undefined && <Fact name={t('alerts.value')}>{alert.value}</Fact>}
        <Fact name={t('alerts.since')}>
          {localTime(alert.sinceMs)} ({spanText(nowMs - alert.sinceMs)})
        </Fact>
        {alert.receivers.length > 0 && <Fact name={t('alerts.receivers')}>{alert.receivers.join(', ')}</Fact>}
        <HeldBack alert={alert} byId={byId} silences={silences} nowMs={nowMs} />
        {alert.missing && <Fact name={t('alerts.missing')}>{t('alerts.missing.text')}</Fact>}
      </dl>
      <Actions alert={alert} />
    </div>
  );
}

function HeldBack({ alert, byId, silences, nowMs }: Omit<AlertDetailsProps, 'onFilter'>): ReactNode {
  const { t } = useI18n();
  return (
    <>
      {alert.inhibitedBy.map((id) => {
        const source = byId.get(id);
        return (
          <Fact key={id} name={t('alerts.inhibitedBy')}>
            <Link to={alertLink(id)} size="sm">
              {source?.name ?? id}
            </Link>{' '}
            {source !== undefined && <LabelList labels={source.labels} />}
          </Fact>
        );
      })}
      {alert.silencedBy.map((id) => {
        const silence = silences.find((one) => one.id === id);
        const left = silence === undefined ? '' : spanText(Date.parse(silence.endsAt) - nowMs);
        return (
          <Fact key={id} name={t('alerts.silencedBy')}>
            <Link to={silencesLink(id)} size="sm">
              {silence === undefined ? id : silence.comment}
            </Link>
            {silence !== undefined && ` · ${t('alerts.silenceBy', { author: silence.createdBy, left })}`}
          </Fact>
        );
      })}
      {alert.mutedBy.length > 0 && <Fact name={t('alerts.mutedBy')}>{alert.mutedBy.join(', ')}</Fact>}
      {alert.state === 'pending' && <Fact name={t('alerts.state.pending')}>{t('alerts.pending.text')}</Fact>}
    </>
  );
}

function Actions({ alert }: { readonly alert: ActiveAlert }): ReactNode {
  const { t } = useI18n();
  const graph = graphLink(alert.generatorUrl);
  return (
    <Group gap="xs">
      <Action to={silenceLink(alert.labels)} icon={<IconBellOff size={14} />} testId="action-silence">
        {t('alerts.silence')}
      </Action>
      <Action to={explainLink(explainQuestion(alert))} icon={<IconHelpCircle size={14} />} testId="action-explain">
        {t('alerts.explain')}
      </Action>
      {graph !== undefined && (
        <Action to={graph.url} inside={graph.inside} icon={<IconChartLine size={14} />} testId="action-graph">
          {t('alerts.graph')}
        </Action>
      )}
      {annotationLinks(alert.annotations).map(([name, url]) => (
        <Action
          key={name}
          to={url}
          inside={false}
          icon={/runbook|playbook/i.test(name) ? <IconBook size={14} /> : <IconLink size={14} />}
        >
          {/runbook/i.test(name) ? t('alerts.runbook') : name}
        </Action>
      ))}
    </Group>
  );
}

interface ActionProps {
  readonly to: string;
  readonly icon: ReactNode;
  readonly children: ReactNode;
  readonly inside?: boolean;
  readonly testId?: string;
}

function Action({ to, icon, children, inside = true, testId }: ActionProps): ReactNode {
  return (
    <Button
      component="a"
      href={to}
      size="compact-sm"
      fz={13}
      fw={500}
      variant="default"
      leftSection={icon}
      data-testid={testId}
      {...(inside ? {} : { target: '_blank', rel: 'noreferrer' })}
      onClick={(event) => {
        if (inside) followInside(event, to);
      }}
    >
      {children}
    </Button>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
