import { ActionIcon, Badge, Text, Tooltip } from '@mantine/core';
import { IconBellOff, IconChevronDown, IconChevronRight, IconUsers } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { memo } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { followInside } from '../../../shell/link.tsx';
import { LabelList } from '../labels/label-list.tsx';
import { SEVERITY_COLORS } from '../severity/severity.ts';
import classes from './active.module.css';
import { ACTIVE_STATES } from './data.ts';
import type { Section, ShownGroup } from './layout.ts';
import { silenceLink } from './links.ts';

export interface SectionRowProps {
  readonly section: Section;
  /** Integrations of the receiver that are on; undefined while nobody knows. */
  readonly integrations: readonly string[] | undefined;
}

export const SectionRow = memo(function SectionRow({ section, integrations }: SectionRowProps): ReactNode {
  const { t } = useI18n();
  const title =
    section.kind === 'receiver'
      ? section.name
      : t(section.kind === 'pending' ? 'alerts.section.pending' : 'alerts.section.unrouted');
  return (
    <div className={classes.section} data-testid="section">
      {section.kind === 'receiver' && <IconUsers size={16} aria-hidden />}
      <Text fw={700} size="md">
        {title}
      </Text>
      <Text size="sm" c="dimmed">
        {t('alerts.section.count', { alerts: section.count, groups: section.groups.length })}
      </Text>
      {integrations?.map((name) => (
        <Badge key={name} size="sm" radius="sm" variant="default" tt="none" fw={400}>
          {name}
        </Badge>
      ))}
      {integrations?.length === 0 && (
        <Badge size="sm" radius="sm" color="orange" variant="light" tt="none" fw={500}>
          {t('routing.off')}
        </Badge>
      )}
    </div>
  );
});

export interface GroupRowProps {
  readonly group: ShownGroup;
  readonly open: boolean;
  readonly onToggle: (group: ShownGroup) => void;
}

export const GroupRow = memo(function GroupRow({ group, open, onToggle }: GroupRowProps): ReactNode {
  const { t } = useI18n();
  const { alertname, ...others } = group.labels;
  const name = alertname ?? group.shared.alertname;
  const worst = group.alerts.find(({ state }) => state === 'firing')?.severity;
  return (
    // biome-ignore lint/a11y/useSemanticElements: the row holds a link, which a button must not
    <div
      role="button"
      tabIndex={0}
      className={classes.group}
      aria-expanded={open}
      data-testid="group"
      onClick={() => onToggle(group)}
      onKeyDown={(event) => {
        if ((event.key === 'Enter' || event.key === ' ') && event.target === event.currentTarget) {
          event.preventDefault();
          onToggle(group);
        }
      }}
    >
      {open ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
      <span className={classes.groupName}>
        {name ?? (Object.keys(others).length === 0 ? t('alerts.group.everything') : '')}
        <LabelList labels={others} />
      </span>
      {ACTIVE_STATES.map((state) =>
        group.counts[state] === 0 ? null : (
          <Tooltip key={state} label={`${t(`alerts.state.${state}`)}: ${group.counts[state]}`}>
            <Badge
              size="md"
              radius="sm"
              tt="none"
              variant={state === 'firing' ? 'filled' : 'default'}
              color={state === 'firing' && worst !== undefined ? SEVERITY_COLORS[worst] : 'gray'}
              autoContrast
              style={{ fontVariantNumeric: 'tabular-nums', flexShrink: 0 }}
            >
              {state === 'firing' ? group.counts[state] : `${group.counts[state]} ${t(`alerts.state.${state}`)}`}
            </Badge>
          </Tooltip>
        ),
      )}
      {Object.keys(others).length + (name === undefined ? 0 : 1) > 0 && (
        <Tooltip label={t('alerts.silenceGroup')} openDelay={300}>
          <ActionIcon
            component="a"
            href={silenceLink(name === undefined ? group.labels : { ...group.labels, alertname: name })}
            variant="subtle"
            color="gray"
            size={26}
            aria-label={t('alerts.silenceGroup')}
            onClick={(event) =>
              followInside(event, silenceLink(name === undefined ? group.labels : { ...group.labels, alertname: name }))
            }
          >
            <IconBellOff size={15} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
});
