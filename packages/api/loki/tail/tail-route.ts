import type { IncomingHttpHeaders } from 'node:http';
import type { PetrelError } from '@petrel/model';
import type { LogResultLine } from '@petrel/query/logql/index.ts';
import type { LogsApiPorts } from '../port.ts';
import type { FollowRequest } from './follow-logs.ts';

export interface TailRequest {
  /** Without the question mark. */
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
}

/** Lines for one message, oldest first. */
export interface TailBatch {
  readonly lines: readonly LogResultLine[];
  /** What was left out because there was more than can be sent or the reader was too slow; `entries` are the last of them. */
  readonly dropped: { readonly count: number; readonly entries: readonly LogResultLine[] };
}

export interface PreparedTail {
  readonly follow: Omit<FollowRequest, 'signal'>;
  readonly message: (batch: TailBatch) => string;
}

/** A path at which clients can follow lines over a WebSocket. */
export interface TailRoute {
  readonly path: string;
  /** Before the upgrade, while a status can still say what is wrong. Throws PetrelError. */
  prepare(request: TailRequest, ports: Pick<LogsApiPorts, 'nowMs'>): PreparedTail;
  /** The answer to what `prepare` threw. */
  refuse(error: PetrelError): { readonly status: number; readonly type: string; readonly body: string };
}

/** So many of the lines left out are named. */
export const MAX_DROPPED_ENTRIES = 100;

export const NOTHING_DROPPED: TailBatch['dropped'] = { count: 0, entries: [] };

export function withDropped(
  dropped: TailBatch['dropped'],
  lines: readonly LogResultLine[],
  count: number = lines.length,
): TailBatch['dropped'] {
  if (count === 0) return dropped;
  return { count: dropped.count + count, entries: [...dropped.entries, ...lines].slice(-MAX_DROPPED_ENTRIES) };
}
