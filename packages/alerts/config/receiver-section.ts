import { anything, list, record } from '@petrel/config/schema/composite.ts';
import { show, string } from '@petrel/config/schema/scalars.ts';
import type { AcceptedKey, Fields, Place, Table, TableReport, Type, Unusable } from '@petrel/config/schema/schema.ts';
import {
  accepted,
  field,
  INVALID,
  inline,
  isNull,
  isUsable,
  OFF,
  refuse,
  table,
} from '@petrel/config/schema/schema.ts';
import type { TreeNode } from '@petrel/config/schema/tree.ts';
import { isValidLabelName } from '../matcher/index.ts';
import type { IntegrationConfig, IntegrationKind } from '../notify/integration.ts';
import type { Receiver, ReceiverIntegration } from './config.ts';
import type { GlobalConfig } from './global.ts';
import { placeholdersOf } from './global-section.ts';

type Blocks = Readonly<Record<string, readonly ReceiverIntegration[]>>;

interface ReceiverFields {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly blocks: Blocks;
}

/** Every kind of block of Alertmanager 0.34. */
const ALERTMANAGER_KEYS = [
  'discord',
  'email',
  'incidentio',
  'jira',
  'mattermost',
  'msteams',
  'msteamsv2',
  'opsgenie',
  'pagerduty',
  'pushover',
  'rocketchat',
  'slack',
  'sns',
  'telegram',
  'victorops',
  'webex',
  'webhook',
  'wechat',
].map((name) => `${name}_configs`);

/** Nothing of them is looked at, and nothing is shown. */
const OPAQUE_BLOCKS: Type<undefined> = { ...anything, name: 'secret settings' };

const labelMap = record(string, (name) => (isValidLabelName(name) ? undefined : `invalid label name ${show(name)}`));

/** `receivers`, with a list of blocks for each kind of integration. */
export function receiverList(
  global: GlobalConfig,
  integrations: readonly IntegrationKind[],
): Type<readonly Receiver[]> {
  const placeholders = placeholdersOf(global);
  const blocks = Object.fromEntries(
    integrations.map((kind) => {
      const type = blockList(kind, kind.table(global), placeholders);
      return [kind.key, field(kind.key, type, [], `Notifications by ${kind.name}.`)];
    }),
  );
  const receiver = table<ReceiverFields, Receiver>(
    'receiver',
    {
      name: field('name', string, '', 'The name by which routes refer to it.'),
      labels: field('labels', labelMap, {}, 'Labels of the receiver.'),
      blocks: inline(table<Blocks>('receiver', blocks as Fields<Blocks>)),
    },
    { accepted: notOffered(integrations), check: checkReceiver, finish: receiverOf },
  );
  return list(receiver, {
    nameOf: ({ name }) => name,
    message: (name) => `notification config name ${show(name)} is not unique`,
  });
}

/** Blocks that Alertmanager knows and nothing here sends: the file loads, and says so. */
function notOffered(integrations: readonly IntegrationKind[]): Readonly<Record<string, AcceptedKey>> {
  const missing = ALERTMANAGER_KEYS.filter((key) => !integrations.some((kind) => kind.key === key));
  return Object.fromEntries(
    missing.map((key) => [key, accepted(OPAQUE_BLOCKS, 'Not sent.', `${key} are not sent: these entries stay off`)]),
  );
}

function checkReceiver({ name, labels }: ReceiverFields, report: TableReport): void {
  if (name === '') report.error('name', 'missing name in receiver');
  if (labels.name === undefined || labels.name === name) return;
  const problem = `receiver label "name" must match receiver name ${show(name)}, got ${show(labels.name)}`;
  report.error('labels', problem);
}

function receiverOf({ name, labels, blocks }: ReceiverFields, report: TableReport): Receiver {
  const integrations = Object.values(blocks).flat();
  return { name, labels: { ...labels, name }, integrations, line: report.positionOf('').line };
}

/** Keeps the places of the blocks that are off, so that the index of the others does not move when one is filled in. */
function blockList(
  kind: IntegrationKind,
  block: Table<IntegrationConfig>,
  placeholders: readonly string[],
): Type<readonly ReceiverIntegration[]> {
  function decodeBlock(node: TreeNode, place: Place): IntegrationConfig | Unusable {
    if (isNull(node)) return refuse(node, place, `missing ${kind.name} config`);
    const config = block.decode(node, place);
    const taken = isUsable(config) ? placeholders.find((text) => holds(config, text)) : undefined;
    if (taken === undefined) return config;
    place.reading.warn(node.position, place.path, `takes ${taken} from global: this entry is off until it is replaced`);
    return OFF;
  }
  return {
    name: `list of ${block.name}`,
    inner: block.inner,
    decode(node, place) {
      if (node.kind !== 'list') return refuse(node, place, `expected a list of ${block.name}`);
      const found: ReceiverIntegration[] = [];
      let wrong = false;
      for (const [index, item] of node.items.entries()) {
        const config = decodeBlock(item, { reading: place.reading, path: `${place.path}[${index}]` });
        if (config === INVALID) wrong = true;
        if (isUsable(config)) found.push({ kind, index, config, line: item.position.line });
      }
      return wrong ? INVALID : found;
    },
    encode: (values) => values.map(({ config }) => block.encode(config)),
  };
}

function holds(value: unknown, text: string): boolean {
  if (typeof value === 'string') return value.startsWith(text);
  return typeof value === 'object' && value !== null && Object.values(value).some((inside) => holds(inside, text));
}
