import { randomBytes } from 'node:crypto';
import { type Clock, type LogSink, PetrelError } from '@petrel/model';
import { type BulkItem, decodeBulk } from '@petrel/wire/elasticsearch/index.ts';
import type { LogLimits, LogRefusal } from '@petrel/wire/logs/log-limits.ts';
import { headerOf } from '../answer.ts';
import type { LogCounters } from '../log-counters.ts';
import { DocumentLines } from './document-lines.ts';
import { type ElasticsearchRequest, type JsonAnswer, rejection } from './json-answer.ts';

export interface BulkOptions {
  readonly sink: LogSink;
  readonly clock: Clock;
  readonly counters: LogCounters;
  readonly limits: LogLimits;
}

interface Refusal {
  /** For the counter. */
  readonly cause: string;
  readonly status: number;
  readonly type: string;
  readonly reason: string;
}

/** Elasticsearch's own limit (`indices.id_field_data`'s sibling: an `_id` has at most 512 bytes). */
const MAX_ID_BYTES = 512;

/** Takes bulk requests; keeps the sequence that answers show. */
export class BulkWriter {
  #sequence = 0;

  constructor(private readonly options: BulkOptions) {}

  /**
   * Stores what the body holds and answers for each action. The answer comes when every line is stored. When the store takes nothing, it is the answer that this client
   * tries again: 429 for each item for helpers that look at nothing else, and the status of the whole request for agents, some of which
   * (Vector among them) give up items that failed but send a failed request again.
   * @throws PetrelError for a body that is refused as a whole, and for a store that takes nothing
   */
  async write(request: ElasticsearchRequest, body: Uint8Array, index: string): Promise<JsonAnswer> {
    const startedMs = performance.now();
    const items = decodeBulk(body, { index });
    const refusals = new Array<Refusal | undefined>(items.length);
    const lines = this.#lines(items, body, refusals);
    const failure = await this.#store(lines);
    if (failure !== undefined && !wantsItemErrors(request)) throw failure;
    if (failure !== undefined) {
      const { type } = rejection(failure);
      for (let i = 0; i < items.length; i++)
        refusals[i] ??= { cause: failure.code, status: 429, type, reason: failure.message };
    }
    return {
      status: 200,
      body: {
        errors: refusals.some((refusal) => refusal !== undefined),
        took: Math.round(performance.now() - startedMs),
        items: this.#answers(items, refusals),
      },
    };
  }

  #lines(items: readonly BulkItem[], bytes: Uint8Array, refusals: (Refusal | undefined)[]): DocumentLines {
    const { clock, counters, limits } = this.options;
    const expected = { lines: items.length, bytes: bytes.length };
    const lines = new DocumentLines({ clock, limits, expected });
    items.forEach(({ action, from, to }, i) => {
      let refusal = refusalOf(action.op, action.id);
      if (refusal === undefined) {
        const problem = lines.add({ bytes, from, to, index: action.index, id: action.id });
        if (problem !== undefined) refusal = refusalOfDocument(problem);
      }
      if (refusal === undefined) return;
      counters.refused(1, refusal.cause);
      refusals[i] = refusal;
    });
    return lines;
  }

  async #store(lines: DocumentLines): Promise<PetrelError | undefined> {
    if (lines.length === 0) return undefined;
    const { sink, counters } = this.options;
    try {
      await sink.write(lines.build());
      counters.stored(lines.length, lines.truncated);
      return undefined;
    } catch (error) {
      if (!(error instanceof PetrelError)) throw error;
      return error;
    }
  }

  #answers(items: readonly BulkItem[], refusals: readonly (Refusal | undefined)[]): unknown[] {
    const made = new MadeIds(items.length);
    return items.map(({ action }, i) => {
      const refusal = refusals[i];
      const name = { _index: action.index, _id: action.id ?? (refusal === undefined ? made.next() : null) };
      if (refusal !== undefined) {
        const { status, type, reason } = refusal;
        return { [action.op]: { ...name, status, error: { type, reason } } };
      }
      return { [action.op]: { ...name, ...created(this.#sequence++) } };
    });
  }
}

/** What an answer says about a document that was stored. */
function created(sequence: number): object {
  return {
    _version: 1,
    result: 'created',
    _shards: { total: 1, successful: 1, failed: 0 },
    _seq_no: sequence,
    _primary_term: 1,
    status: 201,
  };
}

function refusalOf(op: string, id: string | undefined): Refusal | undefined {
  const argument = (cause: string, reason: string): Refusal => ({
    ...{ cause, status: 400, type: 'illegal_argument_exception', reason },
  });
  if (op === 'update' || op === 'delete') {
    return argument(
      'unsupported_action',
      `log lines are kept as they came, only [create] and [index] are supported, not [${op}]`,
    );
  }
  if (id === '') return argument('invalid_id', 'if _id is specified it must not be empty');
  if (id !== undefined && Buffer.byteLength(id) > MAX_ID_BYTES) {
    return argument(
      'invalid_id',
      `id [${id}] is too long, must be no longer than ${MAX_ID_BYTES} bytes but was: ${Buffer.byteLength(id)}`,
    );
  }
  return undefined;
}

function refusalOfDocument({ reason: cause, message }: LogRefusal): Refusal {
  if (cause !== 'invalid_record') return { cause, status: 400, type: 'illegal_argument_exception', reason: message };
  return { cause, status: 400, type: 'document_parsing_exception', reason: `failed to parse: ${message}` };
}

/**
 * The bulk helpers of the clients for JavaScript and .NET send items again that were answered with 429, and give up a whole request that was. Those for Python and Go
 * do the opposite unless they are told otherwise. All of them name themselves in this header (`h=bp`).
 */
function wantsItemErrors(request: ElasticsearchRequest): boolean {
  const parts = headerOf(request, 'x-elastic-client-meta').split(',');
  return parts.includes('h=bp') && parts.some((part) => part.startsWith('js=') || part.startsWith('net='));
}

const ID_BYTES = 15;

/** Ids as Elasticsearch makes them: 20 characters of base64. */
class MadeIds {
  #random: Buffer | undefined;
  #at = 0;

  constructor(private readonly count: number) {}

  next(): string {
    this.#random ??= randomBytes(this.count * ID_BYTES);
    const from = this.#at;
    this.#at += ID_BYTES;
    return this.#random.toString('base64url', from, this.#at);
  }
}
