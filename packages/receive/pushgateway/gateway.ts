import {
  type Clock,
  type Instruments,
  Labels,
  type Logger,
  PetrelError,
  type SampleSink,
  systemTimers,
  type Timers,
} from '@petrel/model';
import { BatchBuilder, decodeBody, expositionFormatOf } from '@petrel/wire';
import { headerOf, plainError, type ReceiveAnswer, type ReceiveRequest } from '../answer.ts';
import { refOf } from '../scrape/series-ref.ts';
import { groupKey, type PushedFamily, type PushGroup, type PushGroupStore, parseValue } from './group.ts';
import { parseGroupPath } from './group-path.ts';
import { parsePushedBody } from './pushed-body.ts';

export interface PushRequest extends ReceiveRequest {
  readonly method: string;
  /** Percent-encoded, without query. */
  readonly path: string;
}

export interface PushGatewayOptions {
  readonly sink: SampleSink;
  readonly store: PushGroupStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly instruments: Instruments;
  readonly timers?: Timers;
  /** How often every group is stored again; the scrape interval. Default one minute. */
  readonly intervalMs?: number;
  /** Of the decompressed body. */
  readonly maxDecodedBytes?: number;
}

const DEFAULT_INTERVAL_MS = 60_000;
const DEFAULT_MAX_DECODED_BYTES = 64 << 20;

/**
 * The Pushgateway's push API. What is pushed stays until it is deleted, and is stored at every interval as if a gateway had been
 * scraped with honor_labels; what is replaced or deleted goes stale at the next one.
 */
export class PushGateway {
  readonly #groups = new Map<string, PushGroup>();
  readonly #owners = new Map<string, string>();
  #appended: ReadonlyMap<string, Labels> = new Map();
  #cancel: (() => void) | undefined;
  #stopped = false;
  /** Pushes change one after the other, so that checks see what they are checked against. */
  #queue: Promise<unknown> = Promise.resolve();
  readonly #pushes;
  readonly #failures;

  constructor(private readonly options: PushGatewayOptions) {
    const { instruments } = options;
    this.#pushes = instruments.counter('petrel_receive_pushes_total', 'Requests to the push API.', ['method', 'code']);
    this.#failures = instruments.counter(
      'petrel_receive_push_append_failures_total',
      'Intervals whose pushed samples could not be stored.',
    );
    instruments.observableGauge('petrel_receive_push_groups', 'Groups of pushed metrics.', () => this.#groups.size);
  }

  /** Loads the groups; then appends them at every interval. */
  async start(): Promise<void> {
    for (const group of await this.options.store.load()) this.#put(group);
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#queue;
  }

  groups(): readonly PushGroup[] {
    return [...this.#groups.values()];
  }

  /** PUT, POST and DELETE of `/metrics/job/<job>{/<label>/<value>}`; PUT of `/api/v1/admin/wipe`. */
  async handle(request: PushRequest): Promise<ReceiveAnswer> {
    const answer = await this.#inTurn(() => this.#answer(request)).catch(plainError);
    this.#pushes.add(1, request.method, String(answer.status));
    return answer;
  }

  async #answer(request: PushRequest): Promise<ReceiveAnswer> {
    if (request.method === 'PUT' && request.path.endsWith('/api/v1/admin/wipe')) {
      for (const key of [...this.#groups.keys()]) await this.#delete(key);
      return { status: 202, headers: {}, body: '' };
    }
    const labels = parseGroupPath(request.path);
    switch (request.method) {
      case 'DELETE':
        await this.#delete(groupKey(labels));
        return { status: 202, headers: {}, body: '' };
      case 'PUT':
      case 'POST':
        await this.#push(labels, request, request.method === 'PUT');
        return { status: 200, headers: {}, body: '' };
      default:
        return { status: 405, headers: { Allow: 'PUT, POST, DELETE' }, body: 'method not allowed\n' };
    }
  }

  async #push(labels: Record<string, string>, request: PushRequest, replace: boolean): Promise<void> {
    const { clock, store } = this.options;
    const key = groupKey(labels);
    const before = this.#groups.get(key) ?? { key, labels, families: [], pushedMs: 0, failedMs: 0 };
    let families: readonly PushedFamily[];
    try {
      const pushed = await this.#parse(request, labels);
      this.#check(key, pushed);
      const names = new Set(pushed.map((family) => family.name));
      families = replace ? pushed : [...before.families.filter((family) => !names.has(family.name)), ...pushed];
    } catch (error) {
      if (!(error instanceof PetrelError)) throw error;
      const failed = { ...before, failedMs: clock.nowMs() };
      await store.upsert(failed);
      this.#put(failed);
      throw error;
    }
    const group = { ...before, families, pushedMs: clock.nowMs() };
    await store.upsert(group);
    this.#put(group);
    // Seen at once; the group is kept, so a store that is away now gets it at the next interval.
    await this.#append([group]).catch(() => this.#failures.add(1));
  }

  async #parse(request: PushRequest, labels: Record<string, string>): Promise<PushedFamily[]> {
    const { maxDecodedBytes = DEFAULT_MAX_DECODED_BYTES } = this.options;
    const body = await decodeBody(request.body, headerOf(request, 'content-encoding'), maxDecodedBytes);
    // Anything unknown counts as text, as the Pushgateway has it.
    const format = expositionFormatOf(headerOf(request, 'content-type'), 'text') ?? 'text';
    return parsePushedBody(body, format, labels);
  }

  /** Types agree over all groups, and no series stands in two. */
  #check(key: string, pushed: readonly PushedFamily[]): void {
    const inconsistent = (what: string): PetrelError =>
      new PetrelError('BAD_REQUEST', `pushed metrics are invalid or inconsistent with existing metrics: ${what}`);
    const types = new Map(pushed.map((family) => [family.name, family.type]));
    for (const group of this.#groups.values()) {
      if (group.key === key) continue;
      for (const { name, type } of group.families) {
        const ours = types.get(name);
        if (ours === undefined || ours === type) continue;
        throw inconsistent(`metric "${name}" is a ${ours} here and a ${type} in group ${group.key}`);
      }
    }
    for (const { series } of pushed) {
      for (const { labels } of series) {
        const owner = this.#owners.get(Labels.of(labels).key);
        if (owner === undefined || owner === key) continue;
        throw inconsistent(`collected metric ${Labels.of(labels)} exists in group ${owner} already`);
      }
    }
  }

  #put(group: PushGroup): void {
    this.#disown(group.key);
    this.#groups.set(group.key, group);
    for (const { labels } of seriesOf(group)) this.#owners.set(Labels.of(labels).key, group.key);
  }

  #disown(key: string): void {
    const before = this.#groups.get(key);
    if (before === undefined) return;
    for (const { labels } of seriesOf(before)) this.#owners.delete(Labels.of(labels).key);
  }

  async #delete(key: string): Promise<void> {
    await this.options.store.delete(key);
    this.#disown(key);
    this.#groups.delete(key);
  }

  #schedule(): void {
    const { clock, timers = systemTimers, intervalMs = DEFAULT_INTERVAL_MS } = this.options;
    const delayMs = intervalMs - (clock.nowMs() % intervalMs);
    this.#cancel = timers.after(delayMs, () => void this.#inTurn(() => this.#tick()));
  }

  async #tick(): Promise<void> {
    try {
      await this.#append([...this.#groups.values()], this.#appended);
    } catch (error) {
      if (!(error instanceof PetrelError)) throw error;
      this.#failures.add(1);
      this.options.logger.error('pushed samples could not be stored at this interval', { error: error.message });
    } finally {
      if (!this.#stopped) this.#schedule();
    }
  }

  /** `before`: what the last whole round wrote; what is not in it any more goes stale. */
  async #append(groups: readonly PushGroup[], before?: ReadonlyMap<string, Labels>): Promise<void> {
    const { sink, clock } = this.options;
    const out = new BatchBuilder();
    const written = new Map<string, Labels>();
    const nowMs = clock.nowMs();
    const add = (record: Readonly<Record<string, string>>, value: number): void => {
      const labels = Labels.of(record);
      written.set(labels.key, labels);
      out.add(refOf(sink.registry, labels), nowMs, value);
    };
    for (const group of groups) {
      for (const { labels, value } of seriesOf(group)) add(labels, parseValue(value));
      for (const { name, type, help } of group.families) out.addMetadata({ metric: name, type, help, unit: '' });
      add({ ...group.labels, __name__: 'push_time_seconds' }, group.pushedMs / 1000);
      add({ ...group.labels, __name__: 'push_failure_time_seconds' }, group.failedMs / 1000);
    }
    for (const [key, labels] of before ?? []) {
      if (!written.has(key)) out.addStale(refOf(sink.registry, labels), nowMs);
    }
    if (out.length > 0) await sink.write(out.finish());
    this.#appended = before === undefined ? new Map([...this.#appended, ...written]) : written;
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(act);
    this.#queue = turn.catch(() => {});
    return turn;
  }
}

function seriesOf(group: PushGroup): readonly PushedFamily['series'][number][] {
  return group.families.flatMap((family) => family.series);
}
