import { Labels } from '@petrel/model';
import type { AnyMap, AnyValue } from '../../otlp/metrics.ts';
import { sanitiseLabelName } from '../label-name.ts';
import { withService } from '../service-name.ts';
import { valueText } from './value-text.ts';

/**
 * The resource attributes that become stream labels: Loki 3's, without `service.instance.id`, which SDKs make up anew with each start of a process. It stays findable as
 * structured metadata.
 */
export const DEFAULT_STREAM_ATTRIBUTES: readonly string[] = [
  'service.name',
  'service.namespace',
  'deployment.environment',
  'deployment.environment.name',
  'cloud.region',
  'cloud.availability_zone',
  'k8s.cluster.name',
  'k8s.namespace.name',
  'k8s.pod.name',
  'k8s.container.name',
  'container.name',
  'k8s.replicaset.name',
  'k8s.deployment.name',
  'k8s.statefulset.name',
  'k8s.daemonset.name',
  'k8s.cronjob.name',
  'k8s.job.name',
];

export type OtlpAttributes = readonly (readonly [key: string, value: AnyValue])[];

/** Pairs of structured metadata: names and values in turn. */
export type MetadataPairs = string[];

/** Appends an attribute as Loki does: the members of a map each under its path, joined by underscores; everything else as text. */
export function flattenAttribute(name: string, value: AnyValue, into: MetadataPairs): void {
  if (isMap(value)) for (const [key, inner] of value.entries) flattenAttribute(`${name}_${key}`, inner, into);
  else {
    const text = valueText(value);
    if (text !== '' && name !== '') into.push(sanitiseLabelName(name), text);
  }
}

/** The labels of a resource's stream, and its other attributes as metadata of each of its lines. */
export function resourceLabels(
  attributes: OtlpAttributes,
  streamAttributes: ReadonlySet<string>,
): { readonly labels: Labels; readonly metadata: MetadataPairs } {
  const labels: [string, string][] = [];
  const metadata: MetadataPairs = [];
  for (const [key, value] of attributes) {
    if (streamAttributes.has(key) && !isMap(value)) labels.push([sanitiseLabelName(key), valueText(value)]);
    else flattenAttribute(key, value, metadata);
  }
  return { labels: withService(Labels.from(labels)), metadata };
}

function isMap(value: AnyValue): value is AnyMap {
  return typeof value === 'object' && value !== null && 'entries' in value && !Array.isArray(value) && !isBytes(value);
}

function isBytes(value: object): boolean {
  return value instanceof Uint8Array;
}
