import { isLegacyLabelName, isLegacyMetricName } from '@petrel/model';

/** Which names are valid: any UTF-8 text, or Prometheus's letters of old. */
export type NameValidation = 'utf8' | 'legacy';

/** Lone surrogates stand for bytes that were no UTF-8. */
function isUtf8(text: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
}

export function isValidMetricName(name: string, scheme: NameValidation): boolean {
  return scheme === 'legacy' ? isLegacyMetricName(name) : name !== '' && isUtf8(name);
}

export function isValidLabelName(name: string, scheme: NameValidation): boolean {
  return scheme === 'legacy' ? isLegacyLabelName(name) : name !== '' && isUtf8(name);
}

export function isValidLabelValue(value: string): boolean {
  return isUtf8(value);
}
