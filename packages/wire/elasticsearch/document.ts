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
const TIME_PATHS = paths(['@timestamp', 'timestamp', 'time', 'ts']);

/** Looks for service, environment and time in the places where Beats, ECS, Fluent Bit, Fluentd and loggers put them; the first that is there wins. */
export function readDocument(document: Readonly<Record<string, unknown>>): DocumentFacts {
  return { service: nameAt(document, SERVICE_PATHS), env: nameAt(document, ENV_PATHS), time: timeAt(document) };
}

type Path = readonly string[];

function paths(names: readonly string[]): readonly Path[] {
  return names.map((name) => name.split('.'));
}

function nameAt(document: Readonly<Record<string, unknown>>, places: readonly Path[]): string {
  for (const path of places) {
    const found = lookUp(document, path, 0);
    if (typeof found === 'string' && found !== '' && found.length <= MAX_NAME_LENGTH) return found;
  }
  return '';
}

function timeAt(document: Readonly<Record<string, unknown>>): unknown {
  for (const path of TIME_PATHS) {
    const found = document[path[0] as string];
    if (typeof found === 'string' || typeof found === 'number') return found;
  }
  return undefined;
}

/** `a.b.c` is `{a:{b:{c}}}`, `{"a.b":{c}}`, `{"a.b.c"}`, or any other way to set the dots. */
function lookUp(value: unknown, path: Path, from: number): unknown {
  if (from === path.length) return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const record = value as Readonly<Record<string, unknown>>;
  let key = '';
  for (let end = from; end < path.length; end++) {
    key = end === from ? (path[end] as string) : `${key}.${path[end]}`;
    if (!Object.hasOwn(record, key)) continue;
    const found = lookUp(record[key], path, end + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
