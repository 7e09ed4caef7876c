import type { LogResultLine } from '@petrel/query/logql/index.ts';
import { parseLogSelector } from '@petrel/query/logql/parse/index.ts';
import type { FastifyInstance } from 'fastify';
import { closeSignal } from '../prometheus/close-signal.ts';
import { wellFormed } from '../prometheus/render/labels-json.ts';
import { sendJson } from './answer.ts';
import { labelNames, labelValues } from './labels.ts';
import { LokiParams } from './loki-params.ts';
import type { LogsApiPorts } from './port.ts';
import { linesOf } from './query.ts';
import { costOfLogs, queryStats } from './render/query-stats.ts';
import { streamsOf } from './render/streams-json.ts';

/** What Loki had before its v1, for clients that were never changed; `app` is the scope of `/api/prom`. */
export function registerLegacy(app: FastifyInstance, ports: LogsApiPorts): void {
  app.get('/query', async (request, reply) => {
    const params = LokiParams.of(request, ports.nowMs());
    const expr = parseLogSelector(params.get('query'));
    const { lines, stats } = await linesOf(params, { expr, engine: ports.engine, signal: closeSignal(request, reply) });
    return sendJson(reply, { streams: legacyStreams(lines), stats: queryStats(costOfLogs(stats, lines.length)) });
  });
  app.get('/label', async (request, reply) => sendJson(reply, { values: await labelNames(request, reply, ports) }));
  app.get<{ Params: { name: string } }>('/label/:name/values', async (request, reply) =>
    sendJson(reply, { values: await labelValues(request.params.name, request, reply, ports) }),
  );
}

export function legacyStreams(lines: readonly LogResultLine[]): readonly object[] {
  return streamsOf(lines, { categorize: false }).map(({ labels, lines: own }) => ({
    labels: labels.toString(),
    entries: own.map(({ tsNs, line }) => ({ ts: rfc3339Nano(tsNs), line: wellFormed(line) })),
  }));
}

/** As Go prints it: without zeros at the end of the fraction. */
export function rfc3339Nano(tsNs: bigint): string {
  const second = tsNs >= 0n ? tsNs / 1_000_000_000n : (tsNs - 999_999_999n) / 1_000_000_000n;
  const fraction = `${tsNs - second * 1_000_000_000n}`.padStart(9, '0').replace(/0+$/, '');
  const head = new Date(Number(second) * 1000).toISOString().slice(0, -5);
  return `${head}${fraction === '' ? '' : `.${fraction}`}Z`;
}
