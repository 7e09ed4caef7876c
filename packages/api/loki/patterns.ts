import { planLogSelector } from '@petrel/query/logql/index.ts';
import { parseLogSelector } from '@petrel/query/logql/parse/index.ts';
import type { FastifyInstance } from 'fastify';
import { closeSignal } from '../prometheus/close-signal.ts';
import { sendSuccess } from './answer.ts';
import { LokiParams } from './loki-params.ts';
import type { LogsApiPorts } from './port.ts';
import { minePatterns } from './statistics/mine-patterns.ts';
import { msOfNs } from './times.ts';

/** As finely as Loki keeps its own. */
const MIN_STEP_MS = 10_000;
const MAX_BUCKETS = 11_000;
const MAX_PATTERNS = 300;

/** `patterns`: clusters of lines with their counts at whole steps. */
export function registerPatterns(app: FastifyInstance, ports: LogsApiPorts): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/patterns',
    handler: async (request, reply) => {
      const params = LokiParams.of(request, ports.nowMs());
      const range = params.orderedRange();
      const spanMs = msOfNs(range.endNs) - msOfNs(range.startNs);
      const wishedMs = Math.max(MIN_STEP_MS, params.stepMs(range), Math.ceil(spanMs / MAX_BUCKETS));
      const stepMs = Math.ceil(wishedMs / 1000) * 1000;
      const stepNs = BigInt(stepMs) * 1_000_000n;
      const firstStep = BigInt(Math.floor(msOfNs(range.startNs) / stepMs));
      const { patterns } = await minePatterns(ports, {
        plan: planLogSelector(parseLogSelector(params.get('query'))),
        ...range,
        bucketOf: (tsNs) => Number(tsNs / stepNs - firstStep),
        buckets: Math.floor(msOfNs(range.endNs) / stepMs) - Number(firstStep) + 1,
        signal: closeSignal(request, reply),
      });
      const data = patterns.slice(0, MAX_PATTERNS).map(({ pattern, level, counts }) => ({
        pattern,
        level,
        samples: counts.flatMap((count, k) =>
          count === 0 ? [] : [[((Number(firstStep) + k) * stepMs) / 1000, count] as const],
        ),
      }));
      return sendSuccess(reply, data);
    },
  });
}
