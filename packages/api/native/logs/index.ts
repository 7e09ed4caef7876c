/**
 * Petrel's own endpoints for logs, under `/api/v1/petrel/logs`: requests in LogQL, KQL or Lucene's syntax enter, the answers of contract/logs.ts leave. `createApi` (../../app.ts) calls.
 */
import { PetrelError } from '@petrel/model';
import type { LogsResult } from '@petrel/query/logql/index.ts';
import type { FastifyInstance } from 'fastify';
import type { LogFieldsAnswer, LogHistogramAnswer, LogLinesAnswer, LogPatternsAnswer } from '../../contract/logs.ts';
import { refuseUntilReady } from '../../loki/index.ts';
import type { LogsApiPorts } from '../../loki/port.ts';
import { sendParts } from '../../loki/render/send-parts.ts';
import { FieldStatistics } from '../../loki/statistics/field-statistics.ts';
import { minePatterns } from '../../loki/statistics/mine-patterns.ts';
import { msOfNs, NS_PER_MS } from '../../loki/times.ts';
import { closeSignal } from '../../prometheus/close-signal.ts';
import { sendData } from '../../prometheus/envelope.ts';
import { logHistogram } from './histogram.ts';
import { lineView } from './line-view.ts';
import { type LogRequest, readLogRequest } from './log-request.ts';
import { failQuery } from './query-failure.ts';
import { roundBuckets } from './round-step.ts';

const DEFAULT_BUCKETS = 60;
const MAX_BUCKETS = 1000;
const DEFAULT_SAMPLE = 2000;
const MAX_SAMPLE = 20_000;

export { nativeTail } from './tail.ts';

/** `app` is the scope of `/api/v1/petrel/logs`. */
export function registerNativeLogs(app: FastifyInstance, ports: LogsApiPorts): void {
  app.setErrorHandler((error, _request, reply) => failQuery(reply, error, ports.logger));
  refuseUntilReady(app, ports);
  registerLines(app, ports);
  registerOverTime(app, ports);
  registerFields(app, ports);
}

function registerLines(app: FastifyInstance, ports: LogsApiPorts): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/query',
    handler: async (request, reply) => {
      const { params, plan, startNs, endNs } = readLogRequest(request, ports);
      const limit = params.entriesLimit();
      const direction = params.direction();
      const signal = closeSignal(request, reply);
      // One more than is answered tells whether there are more.
      const found = await ports.engine.logs({ plan, startNs, endNs, limit: limit + 1, direction, signal });
      return sendParts(request, reply, { type: 'application/json', pieces: linesAnswer(found, limit) });
    },
  });
}

/** LogLinesAnswer in its envelope. Lines may be large, and many. */
function* linesAnswer({ lines, stats }: LogsResult, limit: number): Generator<string> {
  yield '{"status":"success","data":{"lines":[';
  for (const [i, line] of lines.slice(0, limit).entries()) {
    yield `${i === 0 ? '' : ','}${JSON.stringify(lineView(line))}`;
  }
  const rest: Omit<LogLinesAnswer, 'lines'> = { more: lines.length > limit, stats };
  yield `],${JSON.stringify(rest).slice(1)}}`;
}

function registerOverTime(app: FastifyInstance, ports: LogsApiPorts): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/histogram',
    handler: async (request, reply) => {
      const asked = readLogRequest(request, ports);
      const data: LogHistogramAnswer = await logHistogram(ports, {
        plan: asked.plan,
        shown: asked.params.orderedRange(),
        counted: asked,
        wanted: bucketsOf(asked),
        signal: closeSignal(request, reply),
      });
      return sendData(reply, data);
    },
  });
  app.route({
    method: ['GET', 'POST'],
    url: '/patterns',
    handler: async (request, reply) => {
      const asked = readLogRequest(request, ports);
      const shown = asked.params.orderedRange();
      const grid = roundBuckets(msOfNs(shown.startNs), msOfNs(shown.endNs + NS_PER_MS - 1n), bucketsOf(asked));
      const originNs = BigInt(grid.startMs) * NS_PER_MS;
      const bucketNs = BigInt(grid.bucketMs) * NS_PER_MS;
      const { sampled, patterns } = await minePatterns(ports, {
        plan: asked.plan,
        startNs: asked.startNs,
        endNs: asked.endNs,
        buckets: grid.buckets,
        bucketOf: (tsNs) => Number((tsNs - originNs) / bucketNs),
        signal: closeSignal(request, reply),
      });
      const { startMs, bucketMs } = grid;
      const data: LogPatternsAnswer = { startMs, bucketMs, sampled, patterns };
      return sendData(reply, data);
    },
  });
}

function registerFields(app: FastifyInstance, ports: LogsApiPorts): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/fields',
    handler: async (request, reply) => {
      const { params, plan, startNs, endNs } = readLogRequest(request, ports);
      const sample = bounded('sample', params.integer('sample', DEFAULT_SAMPLE), MAX_SAMPLE);
      const signal = closeSignal(request, reply);
      const statistics = new FieldStatistics();
      const blocks = ports.engine.lines({ plan, startNs, endNs, direction: 'backward', expected: sample, signal });
      for await (const block of blocks) {
        for (const line of block.slice(0, sample - statistics.lines)) statistics.add(line);
        if (statistics.lines >= sample) break;
      }
      const data: LogFieldsAnswer = { sampled: statistics.lines, fields: statistics.fields() };
      return sendData(reply, data);
    },
  });
}

function bucketsOf({ params }: LogRequest): number {
  return bounded('buckets', params.integer('buckets', DEFAULT_BUCKETS), MAX_BUCKETS);
}

function bounded(name: string, value: number, max: number): number {
  if (value >= 1) return Math.min(value, max);
  throw new PetrelError('BAD_REQUEST', `invalid parameter "${name}": must be positive`);
}
