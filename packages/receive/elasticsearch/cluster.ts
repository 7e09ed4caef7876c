import { headerOf } from '../answer.ts';
import type { ElasticsearchRequest, JsonAnswer } from './json-answer.ts';

/** How Petrel introduces itself where a cluster is asked for. */
export interface ClusterIdentity {
  /** A version of Elasticsearch: agents compare it with their own. */
  readonly version: string;
  readonly clusterName: string;
  /** 22 characters of base64url; may be new with each start. */
  readonly clusterUuid: string;
  readonly nodeId: string;
}

const BUILD_DATE = '2025-07-15T00:00:00.000000000Z';

/** `GET /`. */
export function rootInfo({ version, clusterName, clusterUuid }: ClusterIdentity): JsonAnswer {
  const body = {
    name: 'petrel',
    cluster_name: clusterName,
    cluster_uuid: clusterUuid,
    version: {
      number: version,
      build_flavor: 'default',
      build_type: 'tar',
      build_hash: 'unknown',
      build_date: BUILD_DATE,
      build_snapshot: false,
      lucene_version: '9.12.1',
      minimum_wire_compatibility_version: '7.17.0',
      minimum_index_compatibility_version: '7.0.0',
    },
    tagline: 'You Know, for Search',
  };
  return { status: 200, body };
}

/** `GET /_license`: Beats and Logstash wait for an active one. */
export function license({ clusterUuid }: ClusterIdentity): JsonAnswer {
  const body = {
    license: {
      status: 'active',
      uid: clusterUuid,
      type: 'basic',
      issue_date: BUILD_DATE,
      issue_date_in_millis: Date.parse(BUILD_DATE),
      max_nodes: 1000,
      max_resource_units: null,
      issued_to: 'petrel',
      issuer: 'petrel',
      start_date_in_millis: -1,
    },
  };
  return { status: 200, body };
}

/** `GET /_xpack`: agents ask which features there are before they use them. */
export function xpack({ clusterUuid }: ClusterIdentity): JsonAnswer {
  const feature = (enabled: boolean) => ({ available: enabled, enabled });
  const body = {
    build: { hash: 'unknown', date: BUILD_DATE },
    license: { uid: clusterUuid, type: 'basic', mode: 'basic', status: 'active' },
    features: {
      data_streams: feature(true),
      ilm: feature(true),
      ml: feature(false),
      monitoring: feature(false),
      security: feature(false),
      slm: feature(false),
      watcher: feature(false),
    },
    tagline: 'You know, for X',
  };
  return { status: 200, body };
}

/** `GET /_cluster/health`. */
export function clusterHealth({ clusterName }: ClusterIdentity): JsonAnswer {
  const body = {
    cluster_name: clusterName,
    status: 'green',
    timed_out: false,
    number_of_nodes: 1,
    number_of_data_nodes: 1,
    active_primary_shards: 1,
    active_shards: 1,
    relocating_shards: 0,
    initializing_shards: 0,
    unassigned_shards: 0,
    unassigned_primary_shards: 0,
    delayed_unassigned_shards: 0,
    number_of_pending_tasks: 0,
    number_of_in_flight_fetch: 0,
    task_max_waiting_in_queue_millis: 0,
    active_shards_percent_as_number: 100,
  };
  return { status: 200, body };
}

/** `GET /_nodes`: clients that sniff go on with the address that stands here, so it is the one by which they came. */
export function nodes(identity: ClusterIdentity, request: ElasticsearchRequest, maxBodyBytes: number): JsonAnswer {
  const address = headerOf(request, 'host') || '127.0.0.1';
  const node = {
    name: 'petrel',
    transport_address: address,
    host: address.replace(/:\d+$/, ''),
    ip: address.replace(/:\d+$/, ''),
    version: identity.version,
    build_flavor: 'default',
    build_type: 'tar',
    build_hash: 'unknown',
    roles: ['data', 'ingest', 'master'],
    attributes: {},
    http: { bound_address: [address], publish_address: address, max_content_length_in_bytes: maxBodyBytes },
  };
  const body = {
    _nodes: { total: 1, successful: 1, failed: 0 },
    cluster_name: identity.clusterName,
    nodes: { [identity.nodeId]: node },
  };
  return { status: 200, body };
}
