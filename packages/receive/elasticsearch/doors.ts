import type { ReceiveAnswer, ReceiveRequest } from '../answer.ts';
import { headerOf } from '../answer.ts';
import type { ElasticsearchRequest } from './json-answer.ts';
import { PREFIX } from './router.ts';

/** One path on the main port. */
export interface ElasticsearchDoor {
  readonly method: readonly ('GET' | 'POST' | 'PUT' | 'DELETE')[];
  /** A find-my-way pattern. */
  readonly url: string;
  readonly bodyLimitBytes: number;
  readonly handle: (request: ElasticsearchRequest) => Promise<ReceiveAnswer>;
}

const ALL = ['GET', 'POST', 'PUT', 'DELETE'] as const;
const WRITES = ['POST', 'PUT'] as const;

/** Everything stands under the prefix; what begins with an underscore, and what names an index before one, stands at the root as well. `/` itself does not. */
const DOORS: readonly (readonly [methods: readonly ('GET' | 'POST' | 'PUT' | 'DELETE')[], url: string])[] = [
  [ALL, PREFIX],
  [ALL, `${PREFIX}/*`],
  [WRITES, '/_bulk'],
  [['GET'], '/_license'],
  [['GET'], '/_xpack'],
  [['GET'], '/_xpack/license'],
  [['GET'], '/_cluster/health'],
  [['GET'], '/_cluster/health/*'],
  [['GET', 'PUT'], '/_cluster/settings'],
  [['GET'], '/_nodes'],
  [['GET'], '/_nodes/*'],
  [ALL, '/_index_template'],
  [ALL, '/_index_template/*'],
  [ALL, '/_component_template'],
  [ALL, '/_component_template/*'],
  [ALL, '/_template'],
  [ALL, '/_template/*'],
  [ALL, '/_ilm/*'],
  [ALL, '/_ingest/pipeline'],
  [ALL, '/_ingest/pipeline/*'],
  [ALL, '/_data_stream'],
  [ALL, '/_data_stream/*'],
  [['GET'], '/_alias'],
  [['GET'], '/_alias/*'],
  [['GET', 'POST'], '/_aliases'],
  [['GET', 'POST'], '/_refresh'],
  [['GET', 'POST'], '/_flush'],
  [['PUT'], '/:index'],
  [WRITES, '/:index/_bulk'],
  [WRITES, '/:index/_doc'],
  [WRITES, '/:index/_doc/:id'],
  [WRITES, '/:index/_create/:id'],
  [WRITES, '/:index/:type/_bulk'],
  [['GET', 'POST'], '/:index/_refresh'],
  [['GET', 'POST'], '/:index/_flush'],
  [['GET', 'PUT', 'DELETE'], '/:index/_alias/:id'],
  [['PUT'], '/:index/_mapping'],
  [['PUT'], '/:index/_settings'],
];

export function elasticsearchDoors(handle: ElasticsearchDoor['handle'], bodyLimitBytes: number): ElasticsearchDoor[] {
  return DOORS.map(([method, url]) => ({ method, url, bodyLimitBytes, handle }));
}

const AGENTS =
  /^(?:elasticsearch|elastic-|elastic_|libbeat|(?:elastic-)?(?:auditbeat|filebeat|heartbeat|journalbeat|metricbeat|packetbeat|winlogbeat|apm-server)\/|logstash|manticore|fluent|vector\/|go-elasticsearch)/i;

/**
 * Whether `GET /` comes from an Elasticsearch client that wants to know whom it talks to: for a server whose `/` is a web page otherwise. A browser never sends
 * any of these.
 */
export function isElasticsearchClient(request: Pick<ReceiveRequest, 'headers'>): boolean {
  const header = (name: string): string => headerOf(request as ReceiveRequest, name);
  return (
    header('x-elastic-client-meta') !== '' ||
    header('accept').includes('application/vnd.elasticsearch+') ||
    AGENTS.test(header('user-agent'))
  );
}
