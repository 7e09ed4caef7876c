import type { Labels } from '@petrel/model';
import { FunctionError, parseByteSize, parseFloatStrict, parseGoDurationSeconds } from '@petrel/template';
import type { Unwrap } from '../../parse/ast.ts';
import type { ProcessedLine } from '../pipeline.ts';
import { ERROR_DETAILS_LABEL, ERROR_LABEL } from './error-labels.ts';
import { compileLabelFilter, type LabelTest } from './label-filter.ts';
import type { FilterTarget } from './line-state.ts';
import { type NameCell, NameTable } from './name-cell.ts';

export interface UnwrapOptions {
  /** The label that is unwrapped stays: for an aggregation `by` it. */
  readonly keepsLabel?: boolean;
}

export interface UnwrappedSample {
  readonly value: number;
  /** Without the label that was unwrapped; of a line with an error with it, and with the error. */
  readonly labels: Labels;
}

/**
 * `| unwrap duration(latency) | …`: the number in a label. Undefined: the line has no such label, or a filter behind drops it. What is no number gives 0
 * and the error `SampleExtractionErr`. Throws LOGQL_PARSE for filters that cannot run.
 */
export function compileUnwrap(
  unwrap: Pick<Unwrap, 'label' | 'conversion' | 'filters'>,
  { keepsLabel = false }: UnwrapOptions = {},
): (line: ProcessedLine) => UnwrappedSample | undefined {
  const { label } = unwrap;
  const convert = conversionOf(unwrap.conversion);
  const names = new NameTable();
  const filters: readonly LabelTest[] = unwrap.filters.map((filter) => compileLabelFilter(filter)(names));
  const dropped = new Set([label]);
  const target = new LabelsTarget();
  return ({ labels }) => {
    const text = labels.get(label);
    if (text === '') return undefined;
    target.begin(labels);
    let value = 0;
    try {
      value = convert(text);
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      target.error = 'SampleExtractionErr';
      target.errorDetails = error.message;
    }
    for (const passes of filters) if (!passes(target)) return undefined;
    if (target.error !== '') return { value, labels: target.withErrors() };
    return { value, labels: keepsLabel ? labels : labels.without(dropped) };
  };
}

function conversionOf(conversion: Unwrap['conversion']): (text: string) => number {
  switch (conversion) {
    case undefined:
      return parseFloatStrict;
    case 'bytes':
      return parseByteSize;
    case 'duration':
    case 'duration_seconds':
      return parseGoDurationSeconds;
  }
}

/** The labels of a finished line, for filters. */
class LabelsTarget implements FilterTarget {
  error = '';
  errorDetails = '';
  #labels!: Labels;

  begin(labels: Labels): void {
    this.#labels = labels;
    this.error = labels.get(ERROR_LABEL);
    this.errorDetails = labels.get(ERROR_DETAILS_LABEL);
  }

  read({ name }: NameCell): string | undefined {
    const value = this.#labels.get(name);
    // Error labels are no labels to filters of numbers.
    return value === '' || name === ERROR_LABEL || name === ERROR_DETAILS_LABEL ? undefined : value;
  }

  withErrors(): Labels {
    return this.#labels.with(ERROR_LABEL, this.error).with(ERROR_DETAILS_LABEL, this.errorDetails);
  }
}
