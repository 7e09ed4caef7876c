import type { SeriesColumns } from '@petrel/model';
import { Work } from '../../work.ts';
import type { SelectorNeed, SourceGridNode } from '../plan/plan-node.ts';
import type { GridSeries, MetricSource } from '../port.ts';
import type { EngineFeatures } from '../result.ts';
import type { Annotations } from './annotations.ts';

export interface EvalOptions {
  readonly source: MetricSource;
  readonly features: EngineFeatures;
  readonly annotations: Annotations;
  readonly signal: AbortSignal;
  readonly maxSamples: number;
  readonly lookbackMs: number;
  /** Range queries are sorted at the end; `sort` and the order of `topk` mean something in instant ones only. */
  readonly isRange: boolean;
}

/** What one evaluation of PromQL carries along beside its work: the source, the annotations, and data that was fetched. */
export class EvalContext extends Work {
  readonly source: MetricSource;
  readonly features: EngineFeatures;
  readonly annotations: Annotations;
  readonly lookbackMs: number;
  readonly isRange: boolean;
  readonly #fetched = new Map<SelectorNeed, readonly SeriesColumns[]>();
  readonly #gridAnswers = new Map<SourceGridNode, readonly GridSeries[]>();

  constructor(options: EvalOptions) {
    super(options);
    this.source = options.source;
    this.features = options.features;
    this.annotations = options.annotations;
    this.lookbackMs = options.lookbackMs;
    this.isRange = options.isRange;
  }

  setGridAnswer(node: SourceGridNode, answer: readonly GridSeries[]): void {
    this.#gridAnswers.set(node, answer);
  }

  /** Undefined: the source declined. */
  gridAnswer(node: SourceGridNode): readonly GridSeries[] | undefined {
    return this.#gridAnswers.get(node);
  }

  setFetched(need: SelectorNeed, series: readonly SeriesColumns[]): void {
    this.#fetched.set(need, series);
  }

  fetched(need: SelectorNeed): readonly SeriesColumns[] {
    return this.#fetched.get(need) ?? [];
  }
}
