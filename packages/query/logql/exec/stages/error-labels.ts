export const ERROR_LABEL = '__error__';
export const ERROR_DETAILS_LABEL = '__error_details__';
/** Put beside an error where the query asks for errors: then a metric query does not fail because of them. */
export const PRESERVE_ERROR_LABEL = '__preserve_error__';

/** Values of `__error__`. */
export type LineErrorKind =
  | 'JSONParserErr'
  | 'LogfmtParserErr'
  | 'SampleExtractionErr'
  | 'LabelFilterErr'
  | 'TemplateFormatErr';

/** Labels that `keep` never takes away. */
export function isErrorLabel(name: string): boolean {
  return name === ERROR_LABEL || name === ERROR_DETAILS_LABEL || name === PRESERVE_ERROR_LABEL;
}
