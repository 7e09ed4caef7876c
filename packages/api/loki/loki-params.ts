import type { Matcher } from '@petrel/model';
import { PetrelError, quote } from '@petrel/model';
import { parseMatchers } from '@petrel/query/logql/index.ts';
import type { FastifyRequest } from 'fastify';
import { RequestParams } from '../prometheus/request-params.ts';
import { defaultStepMs, earlierNs, nsOfMs, parseSecondsOrDurationMs, parseTimeNs } from './times.ts';

export const DEFAULT_LIMIT = 100;
/** Loki's `max_entries_limit_per_query`. */
export const MAX_ENTRIES = 5000;
const MAX_UINT32 = 2 ** 32 - 1;
const HOUR_MS = 3_600_000;

export interface NsRange {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** The parameters of a request to Loki's API, read as Loki reads them. Every reader throws PetrelError BAD_REQUEST with Loki's message. */
export class LokiParams {
  constructor(
    private readonly params: RequestParams,
    private readonly nowMs: number,
  ) {}

  static of(request: FastifyRequest, nowMs: number): LokiParams {
    return new LokiParams(RequestParams.of(request), nowMs);
  }

  /** '' when absent. */
  get(name: string): string {
    return this.params.get(name);
  }

  get nowNs(): bigint {
    return nsOfMs(this.nowMs);
  }

  timeNs(name: string, fallbackNs: bigint): bigint {
    const text = this.get(name);
    return text === '' ? fallbackNs : parseTimeNs(text);
  }

  /** `start` and `end`; where there is no start it is `since` before the end, or before now where the end is in the future. */
  range(sinceMs: number = HOUR_MS): NsRange {
    const endNs = named('end', () => this.timeNs('end', this.nowNs));
    const since = this.get('since');
    const backMs = since === '' ? sinceMs : named('since', () => parseSecondsOrDurationMs(since));
    const latestNs = earlierNs(endNs, this.nowNs);
    const startNs = named('start', () => this.timeNs('start', latestNs - nsOfMs(backMs)));
    return { startNs, endNs };
  }

  /** As `range`, where an end before the start makes no sense. */
  orderedRange(sinceMs?: number): NsRange {
    const range = this.range(sinceMs);
    if (range.endNs < range.startNs) {
      throw new PetrelError('BAD_REQUEST', 'end timestamp must not be before or equal to start time');
    }
    return range;
  }

  /** A positive number of lines. */
  limit(fallback: number = DEFAULT_LIMIT): number {
    const limit = this.integer('limit', fallback);
    if (limit <= 0) throw new PetrelError('BAD_REQUEST', 'limit must be a positive value');
    return Math.min(limit, MAX_UINT32);
  }

  /** A limit of lines, which must not exceed what one answer may hold. */
  entriesLimit(fallback?: number): number {
    const limit = this.limit(fallback);
    if (limit > MAX_ENTRIES) {
      throw new PetrelError(
        'BAD_REQUEST',
        `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${MAX_ENTRIES})`,
      );
    }
    return limit;
  }

  integer(name: string, fallback: number): number {
    const text = this.get(name);
    if (text === '') return fallback;
    if (!/^[+-]?\d+$/.test(text)) {
      throw new PetrelError('BAD_REQUEST', `strconv.Atoi: parsing ${quote(text)}: invalid syntax`);
    }
    const value = Number(text);
    if (!Number.isSafeInteger(value)) {
      throw new PetrelError('BAD_REQUEST', `strconv.Atoi: parsing ${quote(text)}: value out of range`);
    }
    return value;
  }

  direction(): 'forward' | 'backward' {
    const text = this.get('direction');
    const direction = text.toLowerCase();
    if (direction === '' || direction === 'backward') return 'backward';
    if (direction === 'forward') return 'forward';
    throw new PetrelError('BAD_REQUEST', `invalid direction '${text}'`);
  }

  /** Milliseconds, at least one. */
  stepMs({ startNs, endNs }: NsRange): number {
    const text = this.get('step');
    const ms = text === '' ? defaultStepMs(startNs, endNs) : parseSecondsOrDurationMs(text);
    if (ms <= 0) {
      throw new PetrelError(
        'BAD_REQUEST',
        'zero or negative query resolution step widths are not accepted. Try a positive integer',
      );
    }
    return Math.max(1, Math.round(ms));
  }

  intervalNs(): bigint {
    const text = this.get('interval');
    const ms = text === '' ? 0 : parseSecondsOrDurationMs(text);
    if (ms < 0) throw new PetrelError('BAD_REQUEST', 'interval must be >= 0');
    return BigInt(Math.round(ms * 1e6));
  }

  /** Streams that `query` names; none, or `{}`: all. */
  matchers(name = 'query'): readonly Matcher[] {
    return matchersOf(this.get(name));
  }

  /** The groups of `match[]` and `match`; none: every stream. */
  matcherGroups(): readonly (readonly Matcher[])[] {
    const texts = [...this.params.all('match[]'), ...this.params.all('match')];
    return texts.length === 0 ? [[]] : texts.map(matchersOf);
  }
}

function matchersOf(text: string): readonly Matcher[] {
  return /^\s*(?:\{\s*\}\s*)?$/.test(text) ? [] : parseMatchers(text);
}

function named<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PetrelError)) throw error;
    throw new PetrelError('BAD_REQUEST', `could not parse '${name}' parameter: ${error.message}`);
  }
}
