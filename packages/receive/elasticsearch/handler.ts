import { createHash, randomBytes } from 'node:crypto';
import type { Clock, Instruments, Logger, LogSink } from '@petrel/model';
import { decodeBody } from '@petrel/wire';
import { DEFAULT_LOG_LIMITS, type LogLimits } from '@petrel/wire/logs/log-limits.ts';
import { headerOf, type ReceiveAnswer } from '../answer.ts';
import { createLogCounters } from '../log-counters.ts';
import { BulkWriter } from './bulk.ts';
import type { ClusterIdentity } from './cluster.ts';
import { writeDocument } from './document-write.ts';
import { type ElasticsearchDoor, elasticsearchDoors } from './doors.ts';
import { type ElasticsearchRequest, errorAnswer, errorOf, type JsonAnswer, render } from './json-answer.ts';
import { ResourceBook } from './resource-book.ts';
import { answerRoute, segmentsOf, writeRouteOf } from './router.ts';

export interface ElasticsearchOptions {
  readonly sink: LogSink;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly instruments: Instruments;
  /** Those that are not given have their default. */
  readonly limits?: Partial<LogLimits>;
  /** Of a body as it is sent. Default 100 MB, Elasticsearch's `http.max_content_length`. */
  readonly maxBodyBytes?: number;
  /** Of the decompressed body. Default as above. */
  readonly maxDecodedBytes?: number;
  /** The version of Elasticsearch that Petrel answers as. Default 8.19.0: Beats and clients of 7, 8 and 9 and Vector all work with it. */
  readonly version?: string;
}

export interface ElasticsearchHandler {
  /** Answers any request to one of the doors, also those with the prefix `/elasticsearch`. Rejects only for bugs. */
  readonly handle: (request: ElasticsearchRequest) => Promise<ReceiveAnswer>;
  /** The paths on the main port, as find-my-way patterns; HEAD goes with each GET. */
  readonly doors: readonly ElasticsearchDoor[];
}

const DEFAULT_VERSION = '8.19.0';
const DEFAULT_MAX_BYTES = 100 << 20;

/**
 * Elasticsearch as far as those who bring documents need it: `_bulk`, single documents, and what agents and clients ask before and between (version, license, templates,
 * lifecycle policies, pipelines, aliases, nodes). Documents become log lines; nothing can be searched through it.
 */
export function createElasticsearchHandler(options: ElasticsearchOptions): ElasticsearchHandler {
  const { sink, clock, logger, instruments, version = DEFAULT_VERSION } = options;
  const { maxBodyBytes = DEFAULT_MAX_BYTES, maxDecodedBytes = DEFAULT_MAX_BYTES } = options;
  const limits = { ...DEFAULT_LOG_LIMITS, ...options.limits };
  const counters = createLogCounters(instruments, 'elasticsearch');
  const requests = instruments.counter('petrel_receive_requests_total', 'Requests that brought samples.', [
    'protocol',
    'code',
  ]);
  const seconds = instruments.histogram('petrel_receive_duration_seconds', 'Time from a request to its answer.', [
    'protocol',
  ]);
  const writer = new BulkWriter({ sink, clock, counters, limits });
  const context = { identity: identityOf(version), book: new ResourceBook(), maxBodyBytes };

  const write = async (request: ElasticsearchRequest, segments: readonly string[]): Promise<JsonAnswer> => {
    const body = await decodeBody(request.body, headerOf(request, 'content-encoding'), maxDecodedBytes);
    const route = writeRouteOf(request.method, segments);
    if (route === undefined) return answerRoute(context, request, segments, body);
    const startedMs = performance.now();
    const run =
      route.kind === 'bulk' ? writer.write(request, body, route.index) : writeDocument(writer, request, body, route);
    const answer = await run.catch(errorOf);
    seconds.observe((performance.now() - startedMs) / 1000, 'elasticsearch');
    requests.add(1, 'elasticsearch', String(answer.status));
    // Agents send a refused request again and again, and say little about it.
    if (answer.status === 400)
      logger.warn('elasticsearch: request refused', { path: request.path, answer: answer.body });
    return answer;
  };

  const handle = async (request: ElasticsearchRequest): Promise<ReceiveAnswer> => {
    const segments = segmentsOf(request.path);
    if (segments === undefined) {
      return render(request, errorAnswer(400, 'illegal_argument_exception', `failed to decode URI [${request.path}]`));
    }
    return render(request, await write(request, segments).catch(errorOf));
  };
  return { handle, doors: elasticsearchDoors(handle, maxBodyBytes) };
}

/** Nothing that is stored depends on these. */
function identityOf(version: string): ClusterIdentity {
  const clusterUuid = randomBytes(16).toString('base64url');
  const nodeId = createHash('sha256').update(clusterUuid).digest('base64url').slice(0, 22);
  return { version, clusterName: 'petrel', clusterUuid, nodeId };
}
