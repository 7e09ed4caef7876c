import { PetrelError } from '@petrel/model';
import type { MetricSource, PromqlEngine } from '@petrel/query';

/** What exists once the stores answer. */
export interface Core {
  readonly engine: PromqlEngine;
  readonly source: MetricSource;
}

/** Tells whether the server can do its work, and holds what it works with from the moment it can. */
export class Readiness {
  #reason = 'the server is starting';
  #core: Core | undefined;

  /** '' when ready. */
  get reason(): string {
    return this.#reason;
  }

  /** What is being waited for, in one line. */
  waitFor(reason: string): void {
    this.#reason = reason;
  }

  ready(core: Core): void {
    this.#core = core;
    this.#reason = '';
  }

  /** A new engine after a reload. */
  replaceEngine(engine: PromqlEngine): void {
    if (this.#core !== undefined) this.#core = { ...this.#core, engine };
  }

  /** Throws STORE_UNAVAILABLE until it is there. */
  get core(): Core {
    if (this.#core === undefined) throw new PetrelError('STORE_UNAVAILABLE', this.#reason, { retryAfterMs: 1000 });
    return this.#core;
  }

  /** The engine as the API takes it: looked up at each call, because the API listens before the stores are open. */
  get engine(): PromqlEngine {
    return {
      instant: async (request) => this.core.engine.instant(request),
      range: async (request) => this.core.engine.range(request),
    };
  }

  get source(): MetricSource {
    return {
      select: async (request) => this.core.source.select(request),
      series: async (...args) => this.core.source.series(...args),
      labelNames: async (...args) => this.core.source.labelNames(...args),
      labelValues: async (...args) => this.core.source.labelValues(...args),
      exemplars: async (...args) => this.core.source.exemplars(...args),
      metadata: async (options) => this.core.source.metadata(options),
    };
  }
}
