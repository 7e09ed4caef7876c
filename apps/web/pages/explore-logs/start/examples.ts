import type { LogLanguage } from '@petrel/api/contract/logs.ts';
import type { TextKey } from '../../../i18n/en.ts';
import { EVERY_STREAM } from '../query-edit/logql-edit.ts';

export interface ExampleQuery {
  readonly title: TextKey;
  readonly query: string;
}

/** Queries to begin with, and to learn a language from. */
export const EXAMPLES: Readonly<Record<LogLanguage, readonly ExampleQuery[]>> = {
  logql: [
    { title: 'logs.example.all', query: EVERY_STREAM },
    { title: 'logs.example.errors', query: '{service="order-service"} |= "ERROR" | json | level="ERROR"' },
    { title: 'logs.example.rate', query: 'rate({service="order-service"}[5m])' },
    {
      title: 'logs.example.trace',
      query: '{service="order-service"} | json | trace_id="4bf92f3577b34da6a3ce929d0e0e4736"',
    },
    {
      title: 'logs.example.latency',
      query: '{service="order-service"} | json | unwrap duration | quantile_over_time(0.99, [5m])',
    },
  ],
  kql: [
    { title: 'logs.example.all', query: '*' },
    { title: 'logs.example.user', query: 'level:ERROR AND user_id:"12345" AND @timestamp:[now-1h TO now]' },
    { title: 'logs.example.slow', query: 'duration:>1000 AND service:"order-service"' },
    { title: 'logs.example.trace', query: 'trace_id:"4bf92f3577b34da6a3ce929d0e0e4736"' },
  ],
  lucene: [
    { title: 'logs.example.all', query: '*' },
    { title: 'logs.example.user', query: 'level:ERROR AND user_id:"12345" AND @timestamp:[now-1h TO now]' },
    { title: 'logs.example.slow', query: 'duration:>1000 AND service:"order-service"' },
    { title: 'logs.example.trace', query: 'trace_id:"4bf92f3577b34da6a3ce929d0e0e4736"' },
  ],
};
