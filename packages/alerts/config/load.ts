import type { ConfigIssue, FileReference, Source } from '@petrel/config';
import { ConfigReading } from '@petrel/config';
import type { Place, Reading } from '@petrel/config/schema/schema.ts';
import { isNull, isUsable } from '@petrel/config/schema/schema.ts';
import type { TreeNode } from '@petrel/config/schema/tree.ts';
import type { IntegrationKind } from '../notify/integration.ts';
import type { RouteSection } from '../route/index.ts';
import { buildRoute, routeSection } from '../route/index.ts';
import { checkRoot } from './check-root.ts';
import type { RoutingConfig } from './config.ts';
import type { GlobalConfig } from './global.ts';
import { DEFAULT_GLOBAL, globalSection } from './global-section.ts';
import { redact } from './redact.ts';
import { rootSection } from './root-section.ts';
import { writeYaml } from './write-yaml.ts';

export interface LoadRoutingOptions {
  /** The file; without it, `text` is the configuration. */
  readonly path?: string;
  /** The content, instead of the file's. */
  readonly text?: string;
  /** What a relative `path` is joined with; without a `path`, relative names inside the text are as well. */
  readonly cwd: string;
  /** The kinds of blocks that receivers may have. */
  readonly integrations: readonly IntegrationKind[];
}

export interface LoadedRoutingConfig {
  readonly config: RoutingConfig;
  /** In the order in which they were found: placeholders, matchers that two grammars read differently, keys that are not used. */
  readonly warnings: readonly ConfigIssue[];
  /** Files with secrets and certificates; nobody has looked yet whether they exist. */
  readonly references: readonly FileReference[];
}

/**
 * Reads, checks and completes an alertmanager.yml of any version. Throws a ConfigError that holds every error at once, each with its place. Blocks whose
 * credentials or URLs are placeholders are left out with a warning.
 */
export function loadRoutingConfig(options: LoadRoutingOptions): LoadedRoutingConfig {
  const reading = new ConfigReading(options.cwd, {});
  const source = reading.open(options.path, options.path === undefined ? (options.text ?? '') : options.text);
  const config = source === undefined ? undefined : decodeRoot(source, options.integrations);
  if (config === undefined || reading.errors.length > 0) throw reading.failure();
  return { config, warnings: reading.warnings, references: reading.references };
}

function decodeRoot({ reading, tree }: Source, integrations: readonly IntegrationKind[]): RoutingConfig | undefined {
  const node: TreeNode = isNull(tree) ? { kind: 'map', position: tree.position, entries: new Map() } : tree;
  const type = rootSection(decodeGlobal({ reading, tree: node }), integrations);
  const place: Place = { reading, path: '' };
  const root = type.decode(node, place);
  checkRoot(node, isUsable(root) ? root.route : decodeRoute({ reading, tree: node }), reading);
  if (!isUsable(root) || root.route === undefined) return undefined;
  const { global, receivers, inhibitRules, templates } = root;
  return {
    global,
    route: buildRoute(root.route),
    receivers,
    inhibitRules,
    timeIntervals: [...root.muteTimeIntervals, ...root.timeIntervals],
    templates,
    yaml: writeYaml(redact(node, type)),
  };
}

/** Of a file in which something is wrong: the route, if it is not that. What is wrong with it has been reported already. */
function decodeRoute({ reading, tree }: Source): RouteSection | undefined {
  const node = tree.kind === 'map' ? tree.entries.get('route')?.value : undefined;
  if (node === undefined || isNull(node)) return undefined;
  let isQuiet = true;
  const later: Reading = {
    ...reading,
    warn() {},
    error(...issue) {
      if (!isQuiet) reading.error(...issue);
    },
  };
  const route = routeSection.decode(node, { reading: later, path: 'route' });
  isQuiet = false;
  return isUsable(route) ? route : undefined;
}

/** Quietly: the errors of `global` are reported when the whole is decoded. */
function decodeGlobal({ reading, tree }: Source): GlobalConfig {
  const node = tree.kind === 'map' ? tree.entries.get('global')?.value : undefined;
  if (node === undefined || isNull(node)) return DEFAULT_GLOBAL;
  const quiet = { ...reading, error() {}, warn() {}, refersTo() {} };
  const global = globalSection.decode(node, { reading: quiet, path: 'global' });
  return isUsable(global) ? global : DEFAULT_GLOBAL;
}
