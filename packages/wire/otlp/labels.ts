import { Labels } from '@petrel/model';
import type { Attributes, ResourceMetrics, ScopeMetrics } from './metrics.ts';
import { labelNameOf } from './naming.ts';
import type { OtlpTranslationOptions } from './options.ts';

const IDENTIFYING = new Set(['service.namespace', 'service.name', 'service.instance.id']);

/** Labels that every series of a resource and scope has. */
export interface FixedLabels {
  /** Added where a point has no attribute of that name. */
  readonly promoted: ReadonlyMap<string, string>;
  /** `job` and `instance`: they win over the point's attributes. */
  readonly identity: ReadonlyMap<string, string>;
}

/** Turns attributes into labels under the options of one receiver; names are cached. */
export class LabelTranslator {
  readonly #utf8: boolean;
  readonly #names = new Map<string, string>();
  readonly #promoted: ReadonlySet<string>;
  readonly #ignored: ReadonlySet<string>;

  constructor(readonly options: OtlpTranslationOptions) {
    this.#utf8 = options.strategy === 'NoTranslation' || options.strategy === 'NoUTF8EscapingWithSuffixes';
    this.#promoted = new Set(options.promoteResourceAttributes);
    this.#ignored = new Set(options.ignoreResourceAttributes);
  }

  fixed(resource: ResourceMetrics, scope: ScopeMetrics): FixedLabels {
    const promoted = new Map<string, string>();
    const all = this.options.promoteAllResourceAttributes === true;
    this.#add(
      resource.attributes.filter(([key]) => (all ? !this.#ignored.has(key) : this.#promoted.has(key))),
      promoted,
    );
    if (this.options.promoteScopeMetadata) {
      this.#add(
        scope.attributes.map(([key, value]) => [`otel_scope_${key}`, value] as const),
        promoted,
      );
      promoted.set('otel_scope_name', scope.name);
      promoted.set('otel_scope_version', scope.version);
      promoted.set('otel_scope_schema_url', scope.schemaUrl);
    }
    return { promoted, identity: identityOf(resource.attributes) };
  }

  /** The labels of a series; `extra` (`le`, `quantile`) wins over everything. */
  series(metric: string, attributes: Attributes, fixed: FixedLabels, extra?: readonly [string, string]): Labels {
    const labels = new Map<string, string>();
    this.#add(attributes, labels);
    for (const [name, value] of fixed.promoted) if (!labels.has(name)) labels.set(name, value);
    for (const [name, value] of fixed.identity) labels.set(name, value);
    if (extra !== undefined) labels.set(extra[0], extra[1]);
    labels.set('__name__', metric);
    return Labels.from(labels);
  }

  /** Labels of `target_info`, or undefined where the resource has no identity or nothing to tell. */
  targetInfo(attributes: Attributes): Labels | undefined {
    const identity = identityOf(attributes);
    const rest = attributes.filter(([key]) => !IDENTIFYING.has(key));
    if (identity.size === 0 || rest.length === 0) return undefined;
    const labels = new Map<string, string>();
    this.#add(this.options.keepIdentifyingResourceAttributes ? attributes : rest, labels);
    for (const [name, value] of identity) labels.set(name, value);
    labels.set('__name__', 'target_info');
    return Labels.from(labels);
  }

  exemplar(attributes: Attributes, traceId: string, spanId: string): Labels {
    const labels = new Map<string, string>();
    this.#add(attributes, labels);
    if (traceId !== '') labels.set('trace_id', traceId);
    if (spanId !== '') labels.set('span_id', spanId);
    return Labels.from(labels);
  }

  /** Attributes whose names fall together have their values joined by `;`, in the order of the keys. */
  #add(attributes: Attributes, into: Map<string, string>): void {
    const sorted = attributes.length > 1 ? attributes.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)) : attributes;
    const own = new Set<string>();
    for (const [key, value] of sorted) {
      const name = this.#name(key);
      if (name === '') continue;
      into.set(name, own.has(name) ? `${into.get(name)};${value}` : value);
      own.add(name);
    }
  }

  #name(key: string): string {
    let name = this.#names.get(key);
    if (name === undefined) {
      const outcome = labelNameOf(key, { utf8: this.#utf8 });
      // A key that no label name can be made of (only signs) is left out, not the point.
      name = 'name' in outcome ? outcome.name : '';
      // Keys come from outside: the cache is emptied before it grows with them.
      if (this.#names.size >= 10_000) this.#names.clear();
      this.#names.set(key, name);
    }
    return name;
  }
}

function identityOf(attributes: Attributes): ReadonlyMap<string, string> {
  const identity = new Map<string, string>();
  const values = new Map(attributes);
  const name = values.get('service.name');
  const namespace = values.get('service.namespace');
  const instance = values.get('service.instance.id');
  if (name !== undefined) identity.set('job', namespace === undefined ? name : `${namespace}/${name}`);
  if (instance !== undefined) identity.set('instance', instance);
  return identity;
}
