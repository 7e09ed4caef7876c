import { ActionIcon, Button, Tooltip } from '@mantine/core';
import type { LogLineView } from '@petrel/api/contract/logs.ts';
import { IconEye, IconLink, IconMinus, IconPlus, IconRoute, IconViewportTall } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { TextKey } from '../../../i18n/en.ts';
import { useI18n } from '../../../i18n/index.tsx';
import { followInside } from '../../../shell/link.tsx';
import { CopyButton } from './copy-button.tsx';
import type { Needle } from './highlight-words.ts';
import { JsonText } from './json-text.tsx';
import { useLineActions } from './line-actions.ts';
import type { LineField } from './line-content.ts';
import { contentOf, fieldsOf } from './line-content.ts';
import { fullTime } from './line-time.ts';
import classes from './lines.module.css';
import { MarkedText } from './marked-text.tsx';

export interface LineDetailsProps {
  readonly view: LogLineView;
  readonly needles: readonly Needle[];
}

const ORIGINS: readonly { readonly title: TextKey; readonly of: readonly LineField['from'][] }[] = [
  { title: 'logs.fields.stream', of: ['stream'] },
  { title: 'logs.fields.metadata', of: ['metadata'] },
  { title: 'logs.fields.parsed', of: ['parsed'] },
  { title: 'logs.fields.line', of: ['json', 'logfmt'] },
];

/** Everything about one line: the whole text, every field, and where it leads to. */
export function LineDetails({ view, needles }: LineDetailsProps): ReactNode {
  const { t } = useI18n();
  const actions = useLineActions();
  const content = contentOf(view);
  const fields = fieldsOf(view);
  const trace = view.traceId === undefined || view.traceId === '' ? undefined : `/explore/traces/${view.traceId}`;
  return (
    <div className={classes.details} data-testid="line-details">
      <div className={classes.bar}>
        <span className={classes.fullTime}>{fullTime(view.tsNs)}</span>
        {trace !== undefined && (
          <Button
            component="a"
            href={trace}
            size="compact-xs"
            variant="light"
            leftSection={<IconRoute size={15} />}
            data-testid="trace-link"
            onClick={(event) => followInside(event, trace)}
          >
            {t('logs.trace')}
          </Button>
        )}
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconViewportTall size={15} />}
          data-testid="show-context"
          onClick={() => actions.showContext(view)}
        >
          {t('logs.context')}
        </Button>
        <CopyButton wide label={t('logs.copyLine')} text={() => view.line} />
        <CopyButton
          wide
          label={t('logs.copyLink')}
          icon={<IconLink size={15} />}
          text={() => location.origin + actions.linkTo(view)}
        />
      </div>
      <pre className={classes.whole} data-testid="whole-line">
        {content.kind === 'json' ? (
          <JsonText tokens={content.tokens} needles={needles} />
        ) : (
          <MarkedText text={view.line} needles={needles} />
        )}
      </pre>
      {ORIGINS.map(({ title, of }) => {
        const own = fields.filter((field) => of.includes(field.from));
        return own.length === 0 ? null : (
          <section key={title}>
            <h4 className={classes.origin}>{t(title)}</h4>
            {own.map((field) => (
              <FieldRow key={field.name} field={field} view={view} />
            ))}
          </section>
        );
      })}
    </div>
  );
}

function FieldRow({ field, view }: { readonly field: LineField; readonly view: LogLineView }): ReactNode {
  const { t } = useI18n();
  const actions = useLineActions();
  const { name, value, from } = field;
  const filter = (negate: boolean): void =>
    actions.filter({ name, value, from, negate, streamNames: Object.keys(view.stream) });
  return (
    <div className={classes.field} data-testid="field">
      <span className={classes.fieldActions}>
        <FieldAction label={t('logs.only', { name })} testId="filter-for" onClick={() => filter(false)}>
          <IconPlus size={15} />
        </FieldAction>
        <FieldAction label={t('logs.without', { name })} testId="filter-out" onClick={() => filter(true)}>
          <IconMinus size={15} />
        </FieldAction>
        <FieldAction
          label={t('logs.onlyColumn', { name })}
          testId="only-column"
          onClick={() => actions.onlyColumn(name)}
        >
          <IconEye size={15} />
        </FieldAction>
        <CopyButton label={t('logs.copyValue', { name })} text={() => value} />
      </span>
      <span className={classes.fieldName}>{name}</span>
      <span className={classes.fieldValue}>{value}</span>
    </div>
  );
}

function FieldAction({
  label,
  testId,
  onClick,
  children,
}: {
  readonly label: string;
  readonly testId: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <Tooltip label={label} openDelay={400}>
      <ActionIcon size="sm" variant="subtle" color="gray" aria-label={label} data-testid={testId} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
