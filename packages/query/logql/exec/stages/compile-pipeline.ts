import type { Labels } from '@petrel/model';
import type { Stage } from '../../parse/ast.ts';
import type { LineInput, Pipeline, ProcessedLine, StreamPipeline } from '../pipeline.ts';
import { compileStage } from './compile-stage.ts';
import { ERROR_LABEL } from './error-labels.ts';
import { compileLineFilter } from './line-filter.ts';
import { LineState } from './line-state.ts';
import { NameTable } from './name-cell.ts';
import { requiredLabels } from './required-labels.ts';
import type { CompiledStage, RunningStage } from './stage.ts';
import { StreamContext } from './stream-context.ts';
import type { TextTest } from './text-test.ts';

export interface PipelineOptions {
  /**
   * The only labels that results have to have: `labels` holds these and no others, of a line with an error all that is known of it. Parsers extract no
   * more than these and what stages ask for. Where `__error__` is among them or a stage asks for it, errors come with `__preserve_error__`. What a
   * metric query groups by, with the label that it unwraps; for `without` and for no grouping at all leave it out. `stream`, `metadata` and `parsed`
   * are then no own properties of the result: read them, do not spread it.
   */
  readonly needed?: ReadonlySet<string>;
}

/** Checks and compiles the stages of a query. Throws PetrelError LOGQL_PARSE for what cannot run. The result makes a new pipeline for each run. */
export function compilePipeline(stages: readonly Stage[], options: PipelineOptions = {}): () => Pipeline {
  const { needed } = options;
  // Filters in front of all else need nothing but the line.
  const filterCount = stages.findIndex(({ kind }) => kind !== 'lineFilter');
  const leading = filterCount < 0 ? stages : stages.slice(0, filterCount);
  const filters = leading.map((stage) => compileLineFilter(stage as Extract<Stage, { kind: 'lineFilter' }>));
  const compiled = stages.slice(leading.length).map(compileStage);
  const wanted = needed === undefined ? undefined : requiredLabels(stages, needed);
  const preservesErrors = needed !== undefined && asksForErrors(stages, needed);
  return () => {
    const names = new NameTable({
      ...(wanted === undefined ? {} : { wanted }),
      ...(needed === undefined ? {} : { shown: needed }),
    });
    return new StagePipeline(filters, compiled, new LineState(names, preservesErrors, needed !== undefined));
  };
}

function asksForErrors(stages: readonly Stage[], needed: ReadonlySet<string>): boolean {
  const filters = stages.filter(({ kind }) => kind === 'labelFilter');
  return requiredLabels(filters, needed)?.has(ERROR_LABEL) === true;
}

class StagePipeline implements Pipeline {
  readonly #stages: readonly RunningStage[];
  readonly #streams = new Map<string, StagesOfStream>();

  constructor(
    private readonly filters: readonly TextTest[],
    compiled: readonly CompiledStage[],
    private readonly state: LineState,
  ) {
    this.#stages = compiled.map((stage) => stage(state.names));
  }

  forStream(labels: Labels): StreamPipeline {
    const { key } = labels;
    let stream = this.#streams.get(key);
    if (stream === undefined) {
      const context = new StreamContext(labels, this.#streams.size);
      stream = new StagesOfStream(this.filters, this.#stages, this.state, context);
      this.#streams.set(key, stream);
    }
    return stream;
  }
}

class StagesOfStream implements StreamPipeline {
  constructor(
    private readonly filters: readonly TextTest[],
    private readonly stages: readonly RunningStage[],
    private readonly state: LineState,
    private readonly stream: StreamContext,
  ) {}

  process(input: LineInput): ProcessedLine | undefined {
    const { filters, stages, state } = this;
    for (const passes of filters) if (!passes(input.line)) return undefined;
    state.begin(this.stream, input);
    for (const stage of stages) if (!stage(state)) return undefined;
    return state.result();
  }
}
