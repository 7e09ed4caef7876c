import { flattenAttribute, type MetadataPairs, type OtlpAttributes } from './resource-labels.ts';

/** What a scope adds to each of its lines. */
export function scopeMetadata(
  name: string,
  version: string,
  attributes: OtlpAttributes,
  droppedAttributes: number,
): MetadataPairs {
  const out: MetadataPairs = [];
  for (const [key, value] of attributes) flattenAttribute(key, value, out);
  if (name !== '') out.push('scope_name', name);
  if (version !== '') out.push('scope_version', version);
  if (droppedAttributes !== 0) out.push('scope_dropped_attributes_count', String(droppedAttributes));
  return out;
}
