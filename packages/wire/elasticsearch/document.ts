/** What Petrel wants to know of a document before it keeps its text. */
export interface DocumentFacts {
  /** '' where the document names none. */
  readonly service: string;
  readonly env: string;
  /** As it stands: text or a number; undefined where there is none. */
  readonly time: unknown;
}

/** A longer text is no name, and would make a stream of its own. */
const MAX_NAME_LENGTH = 128;

/** Paths are looked up both ways: as nested objects and as one key with dots; `fields.` is where Beats put a user's own. */
const SERVICE_PATHS = paths([
  'service.name',
  'service',
  'service_name',
  'serviceName',
  'fields.service.name',
  'fields.service',
  'resource.service.name',
  'resource.attributes.service.name',
  'app',
  'application',
  'app_name',
  'kubernetes.labels.app_kubernetes_io/name',
  'kubernetes.labels.app.kubernetes.io/name',
  'kubernetes.labels.app_kubernetes_io_name',
  'kubernetes.labels.app',
  'kubernetes.labels.k8s-app',
  'kubernetes.deployment.name',
  'kubernetes.container.name',
  'kubernetes.container_name',
  'container.name',
]);
const ENV_PATHS = paths([
  'env',
  'environment',
  'service.environment',
  'fields.env',
  'fields.environment',
  'deployment.environment.name',
  'deployment.environment',
]);
const TIME_KEYS = ['@timestamp', 'timestamp', 'time', 'ts'] as const;

/** Looks for service, environment and time in the places where Beats, ECS, Fluent Bit, Fluentd and loggers put them; the first that is there wins. */
export function readDocument(document: Readonly<Record<string, unknown>>): DocumentFacts {
  return { service: nameAt(document, SERVICE_PATHS), env: nameAt(document, ENV_PATHS), time: timeAt(document) };
}

/** Every way to write a path: `a.b.c` is `{a:{b:{c}}}`, `{"a.b":{c}}`, `{a:{"b.c"}}` and `{"a.b.c"}`; each a list of keys. */
type Path = readonly (readonly string[])[];

function paths(names: readonly string[]): readonly Path[] {
  return names.map((name) => spellings(name.split('.')));
}

function spellings(parts: readonly string[]): string[][] {
  const [first = '', second, ...rest] = parts;
  if (second === undefined) return [[first]];
  const nested = spellings([second, ...rest]).map((keys) => [first, ...keys]);
  return [...nested, ...spellings([`${first}.${second}`, ...rest])];
}

function nameAt(document: Readonly<Record<string, unknown>>, places: readonly Path[]): string {
  for (const path of places) {
    for (const keys of path) {
      const found = valueAt(document, keys);
      if (typeof found === 'string' && found !== '' && found.length <= MAX_NAME_LENGTH) return found;
    }
  }
  return '';
}

function timeAt(document: Readonly<Record<string, unknown>>): unknown {
  for (const name of TIME_KEYS) {
    const found = document[name];
    if (typeof found === 'string' || typeof found === 'number') return found;
  }
  return undefined;
}

function valueAt(document: Readonly<Record<string, unknown>>, keys: readonly string[]): unknown {
  let value: unknown = document;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null) return undefined;
    // What an object inherits is no text, so it needs no looking at whose the key is.
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}
