/**
 * Arithmetic over native histograms: FloatHistograms enter, new ones or numbers leave, nothing is changed in place. The PromQL engine calls, and
 * whoever compares or prints histograms. The rules are those of Prometheus's native histogram specification and function documentation.
 */
export { HistogramAccumulator } from './accumulator.ts';
export type { Combined, CombineNotes } from './arithmetic.ts';
export {
  addHistograms,
  combinable,
  combineHints,
  compactHistogram,
  divHistogram,
  mulHistogram,
  reduceResolution,
  subHistograms,
  withHint,
} from './arithmetic.ts';
export type { Bucket } from './bounds.ts';
export { allBuckets, negativeBuckets, positiveBuckets, upperBound, usesCustomBuckets, zeroBucket } from './bounds.ts';
export type { ClassicHistogram } from './classic.ts';
export { fromClassic } from './classic.ts';
export { Compensated } from './compensated.ts';
export { equalHistograms } from './equality.ts';
export { formatHistogram, formatShortest } from './format.ts';
export type { NanInfluence } from './quantile.ts';
export { histogramFraction, histogramQuantile } from './quantile.ts';
export { detectReset } from './reset.ts';
export type { TrimSide } from './trim.ts';
export { trimHistogram } from './trim.ts';
export { histogramVariance } from './variance.ts';
