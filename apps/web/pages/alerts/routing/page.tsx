import { Paper, Stack, Text } from '@mantine/core';
import type { RoutingData } from '@petrel/api/contract/alerting.ts';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import { Failure } from '../../../shell/failure.tsx';
import { Busy } from '../notice/busy.tsx';
import { Empty } from '../notice/empty.tsx';
import { Notice } from '../notice/notice.tsx';
import { InhibitRules, Intervals, Receivers } from './catalogue.tsx';
import { useRouting } from './queries.ts';
import classes from './routing.module.css';
import { Tester, useRouteTest } from './tester.tsx';
import { RouteTree } from './tree.tsx';

/** The tree in force, and where an alert with given labels would go. */
export function RoutingPage(): ReactNode {
  const { t } = useI18n();
  const routing = useRouting();
  if (routing.error !== null) return <Failure error={routing.error} retry={() => void routing.refetch()} />;
  if (routing.data === undefined) return <Busy>{t('routing.loading')}</Busy>;
  const { route } = routing.data;
  if (route === undefined) return <Empty title={t('routing.none')}>{t('routing.none.text')}</Empty>;
  return <Routing routing={{ ...routing.data, route }} />;
}

function Routing({
  routing,
}: {
  readonly routing: RoutingData & { readonly route: NonNullable<RoutingData['route']> };
}): ReactNode {
  const test = useRouteTest();
  const result = test.query.error === null && test.labels !== undefined ? test.query.data : undefined;
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {routing.file}
      </Text>
      {routing.warnings.length > 0 && (
        <Notice color="orange" icon={<IconAlertTriangle size={18} />}>
          {routing.warnings.map((warning) => (
            <Text key={warning} size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {warning}
            </Text>
          ))}
        </Notice>
      )}
      <div className={classes.columns} data-tested={result !== undefined}>
        <Paper withBorder style={{ overflow: 'hidden' }}>
          <RouteTree routing={routing} route={routing.route} test={result} />
        </Paper>
        <Paper withBorder p="sm">
          <Tester test={test} />
        </Paper>
      </div>
      <Receivers routing={routing} />
      <InhibitRules routing={routing} />
      <Intervals routing={routing} />
    </Stack>
  );
}
