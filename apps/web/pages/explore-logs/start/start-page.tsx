import { Code, Text, UnstyledButton } from '@mantine/core';
import type { LogLanguage } from '@petrel/api/contract/logs.ts';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { Failure } from '../../../shell/failure.tsx';
import { Empty } from '../../alerts/notice/empty.tsx';
import type { AskedRange, ServiceVolume } from '../data.ts';
import { askServices } from '../data.ts';
import { levelCssColor, severityOf } from '../histogram/levels.ts';
import { addFilter } from '../query-edit/field-filter.ts';
import { Waiting } from '../waiting.tsx';
import { EXAMPLES } from './examples.ts';
import classes from './start.module.css';

export interface StartPageProps {
  readonly language: LogLanguage;
  readonly range: AskedRange;
  readonly onChoose: (query: string) => void;
}

const SHOWN_SERVICES = 60;

/** What there is to look at, and how to ask for it. */
export function StartPage({ language, range, onChoose }: StartPageProps): ReactNode {
  const { t } = useI18n();
  const query = useQuery({
    queryKey: ['logs', 'services', range],
    queryFn: ({ signal }) => askServices(range, signal),
  });
  return (
    <div className={classes.start}>
      <section className={classes.services} aria-label={t('logs.services')}>
        <h3 className={classes.title}>{t('logs.services')}</h3>
        {query.isPending && <Waiting fetching={query.isFetching}>{t('logs.services.loading')}</Waiting>}
        {query.error !== null && <Failure error={query.error} retry={() => void query.refetch()} />}
        {query.data?.length === 0 && <Empty title={t('logs.services.none')}>{t('logs.services.none.text')}</Empty>}
        {query.data?.slice(0, SHOWN_SERVICES).map((service) => (
          <ServiceRow
            key={service.service}
            service={service}
            most={query.data[0]?.total ?? 1}
            onChoose={() => onChoose(serviceQuery(language, service.service))}
          />
        ))}
        {query.data !== undefined && query.data.length > SHOWN_SERVICES && (
          <Text size="xs" c="dimmed" py="xs">
            {t('logs.services.more', { count: query.data.length - SHOWN_SERVICES })}
          </Text>
        )}
      </section>
      <section className={classes.examples}>
        <h3 className={classes.title}>{t('logs.examples')}</h3>
        {EXAMPLES[language].map(({ title, query: text }) => (
          <UnstyledButton
            key={text}
            className={classes.example ?? ''}
            data-testid="example"
            onClick={() => onChoose(text)}
          >
            <Text size="sm">{t(title)}</Text>
            <Code className={classes.code ?? ''}>{text}</Code>
          </UnstyledButton>
        ))}
      </section>
    </div>
  );
}

function serviceQuery(language: LogLanguage, service: string): string {
  return addFilter(language, '', { name: 'service_name', value: service, from: 'stream', negate: false });
}

function ServiceRow({
  service,
  most,
  onChoose,
}: {
  readonly service: ServiceVolume;
  readonly most: number;
  readonly onChoose: () => void;
}): ReactNode {
  const { t } = useI18n();
  const worstFirst = [...service.levels].sort((a, b) => severityOf(b.level) - severityOf(a.level));
  const bad = worstFirst.filter(({ level }) => severityOf(level) >= severityOf('warn'));
  return (
    <UnstyledButton className={classes.service ?? ''} data-testid="service" onClick={onChoose}>
      <span className={classes.serviceName}>{service.service}</span>
      <span className={classes.total}>
        {t('logs.services.lines', { count: service.total.toLocaleString('en-US') })}
      </span>
      <span className={classes.track}>
        {worstFirst.map(({ level, count }) => (
          <span
            key={level}
            className={classes.part}
            title={`${level}: ${count.toLocaleString('en-US')}`}
            style={{ width: `${(100 * count) / most}%`, background: levelCssColor(level) }}
          />
        ))}
      </span>
      <span className={classes.bad}>
        {bad.map(({ level, count }) => (
          <span key={level} className={classes.badLevel}>
            <span className={classes.dot} style={{ background: levelCssColor(level) }} />
            {level} {count.toLocaleString('en-US')}
          </span>
        ))}
      </span>
    </UnstyledButton>
  );
}
