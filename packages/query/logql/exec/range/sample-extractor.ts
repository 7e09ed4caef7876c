import { Labels, PetrelError } from '@petrel/model';
import type { LabelFilter, RangeAggregation } from '../../parse/ast.ts';
import type { ProcessedLine } from '../pipeline.ts';
import { compileUnwrap } from '../stages/unwrap.ts';
import type { SeriesLabels } from './series-numbers.ts';

/** Errors of parsers, which a query that looks at `__error__` takes upon itself. */
const PARSER_ERRORS: ReadonlySet<string> = new Set(['JSONParserErr', 'LogfmtParserErr']);

export interface ExtractedSample {
  readonly value: number;
  /** Before grouping. */
  readonly labels: Labels;
}

/** Turns processed lines into samples of a range aggregation. */
export class SampleExtractor {
  readonly #unwrap: ((line: ProcessedLine) => ExtractedSample | undefined) | undefined;
  readonly #bytes: boolean;
  readonly #keepsErrors: boolean;

  constructor(node: RangeAggregation, by: SeriesLabels) {
    const { unwrap } = node.over;
    this.#unwrap = unwrap === undefined ? undefined : compileUnwrap(unwrap, { keepsLabel: by.kind === 'by' });
    this.#bytes = node.func === 'bytes_over_time' || node.func === 'bytes_rate';
    this.#keepsErrors = looksAtErrors(node, by);
  }

  /** `stream`: the labels of the line's stream, for errors. Undefined: the line has nothing to unwrap, or a filter after it dropped it. An error that no filter dealt with fails the query. */
  extract(line: ProcessedLine, stream: Labels): ExtractedSample | undefined {
    const sample = this.#unwrap === undefined ? this.#count(line) : this.#unwrap(line);
    const error = sample?.labels.get('__error__') ?? '';
    if (sample === undefined || error === '') return sample;
    if (this.#keepsErrors && PARSER_ERRORS.has(error)) return sample;
    // The labels may be those alone that the query needs.
    throw pipelineError(error, Labels.from([...stream, ...sample.labels]));
  }

  #count({ line, labels }: ProcessedLine): ExtractedSample {
    return { value: this.#bytes ? Buffer.byteLength(line) : 1, labels };
  }
}

function looksAtErrors({ over }: RangeAggregation, by: SeriesLabels): boolean {
  const groups = by.kind === 'by' ? by.names : [];
  const filters = over.selector.stages.flatMap((stage) => (stage.kind === 'labelFilter' ? [stage.filter] : []));
  return groups.includes('__error__') || [...filters, ...(over.unwrap?.filters ?? [])].some(namesError);
}

function namesError(filter: LabelFilter): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return namesError(filter.left) || namesError(filter.right);
    case 'string':
      return filter.matcher.name === '__error__';
    default:
      return filter.name === '__error__';
  }
}

function pipelineError(error: string, labels: Labels): PetrelError {
  return new PetrelError(
    'LOGQL_EXEC',
    `pipeline error: '${error}' for series: '${labels}'.\n` +
      `Use a label filter to intentionally skip this error. (e.g | __error__!="${error}").\n` +
      'To skip all potential errors you can match empty errors.(e.g __error__="")\n' +
      'The label filter can also be specified after unwrap. (e.g | unwrap latency | __error__="" )\n',
  );
}
