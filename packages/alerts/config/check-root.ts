import { closestName } from '@petrel/config/schema/closest.ts';
import { show } from '@petrel/config/schema/scalars.ts';
import type { Reading } from '@petrel/config/schema/schema.ts';
import { isNull } from '@petrel/config/schema/schema.ts';
import type { TreeNode } from '@petrel/config/schema/tree.ts';
import type { RouteSection } from '../route/index.ts';
import { walkSections } from '../route/index.ts';

/**
 * Whether what the parts of a file say of each other is right; the messages are Alertmanager's. Names are taken from the tree, so that this can be told
 * although a part by itself is wrong. `route` is absent where it could not be read.
 */
export function checkRoot(tree: TreeNode, route: RouteSection | undefined, reading: Reading): void {
  checkIntervalNames(tree, reading);
  if (childOf(tree, 'route') === undefined) reading.error(tree.position, '', 'no routes provided');
  if (route === undefined) return;
  checkRootRoute(route);
  const receivers = namesIn(tree, 'receivers');
  const intervals = new Set([...namesIn(tree, 'mute_time_intervals'), ...namesIn(tree, 'time_intervals')]);
  for (const section of walkSections(route)) checkNames(section, receivers, intervals);
}

/** Both lists share their names; each by itself has been looked at. */
function checkIntervalNames(tree: TreeNode, reading: Reading): void {
  const taken = namesIn(tree, 'mute_time_intervals');
  for (const [index, item] of itemsOf(tree, 'time_intervals').entries()) {
    const name = nameOf(item);
    if (name === undefined || !taken.has(name)) continue;
    reading.error(item.position, `time_intervals[${index}]`, `time interval ${show(name)} is not unique`);
  }
}

function childOf(node: TreeNode, key: string): TreeNode | undefined {
  const child = node.kind === 'map' ? node.entries.get(key)?.value : undefined;
  return child === undefined || isNull(child) ? undefined : child;
}

function itemsOf(tree: TreeNode, key: string): readonly TreeNode[] {
  const child = childOf(tree, key);
  return child?.kind === 'list' ? child.items : [];
}

function nameOf(item: TreeNode): string | undefined {
  const name = childOf(item, 'name');
  return name?.kind === 'scalar' && name.text !== '' ? name.text : undefined;
}

function namesIn(tree: TreeNode, key: string): ReadonlySet<string> {
  return new Set(
    itemsOf(tree, key)
      .map(nameOf)
      .filter((name) => name !== undefined),
  );
}

function checkRootRoute(route: RouteSection): void {
  const { report } = route;
  if (route.receiver === '') report.error('receiver', 'root route must specify a default receiver');
  for (const [key, matchers] of Object.entries({
    match: route.match,
    match_re: route.matchRe,
    matchers: route.matchers,
  })) {
    if (matchers.length > 0) report.error(key, 'root route must not have any matchers');
  }
  if (route.muteTimeIntervals.length > 0) {
    report.error('mute_time_intervals', 'root route must not have any mute time intervals');
  }
  if (route.activeTimeIntervals.length > 0) {
    report.error('active_time_intervals', 'root route must not have any active time intervals');
  }
  if (route.continue) report.error('continue', 'cannot have continue in root route');
}

function checkNames(section: RouteSection, receivers: ReadonlySet<string>, intervals: ReadonlySet<string>): void {
  const { report, receiver, muteTimeIntervals, activeTimeIntervals } = section;
  if (receiver !== '' && !receivers.has(receiver)) {
    report.error('receiver', `undefined receiver ${show(receiver)} used in route${hint(receiver, receivers)}`);
  }
  for (const [key, names] of Object.entries({
    active_time_intervals: activeTimeIntervals,
    mute_time_intervals: muteTimeIntervals,
  })) {
    for (const name of names.filter((one) => !intervals.has(one))) {
      report.error(key, `undefined time interval ${show(name)} used in route${hint(name, intervals)}`);
    }
  }
}

function hint(name: string, names: Iterable<string>): string {
  const closest = closestName(name, names);
  return closest === undefined ? '' : `; did you mean ${show(closest)}?`;
}
