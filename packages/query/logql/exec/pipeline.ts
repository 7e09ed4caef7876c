import type { Labels } from '@petrel/model';

/** A line on its way in: `metadata` is name and value in turn. */
export interface LineInput {
  readonly tsNs: bigint;
  readonly line: string;
  readonly metadata: readonly string[];
}

/** A line that came through. */
export interface ProcessedLine {
  readonly line: string;
  /** Everything that is known of it: stream, metadata and parsed labels, `__error__` and `__error_details__` among them. */
  readonly labels: Labels;
  /** What of `labels` came from the stream, from structured metadata, and from the stages. */
  readonly stream: Labels;
  readonly metadata: Labels;
  readonly parsed: Labels;
}

/** The stages of a query, ready to run on the lines of many streams. `distinct` remembers, so a pipeline belongs to one run over lines in order. */
export interface Pipeline {
  forStream(labels: Labels): StreamPipeline;
}

export interface StreamPipeline {
  /** Undefined: a filter dropped it. Errors of parsers and conversions become the labels `__error__` and `__error_details__`, nothing throws. */
  process(input: LineInput): ProcessedLine | undefined;
}
