import type { Message } from '../message-data.ts';
import { truncateRunes } from '../truncate.ts';
import type { VictoropsConfig } from './victorops-config.ts';

/** https://help.victorops.com/knowledge-base/incident-fields-glossary/: a state message has at most 20480 characters. */
const MAX_STATE_MESSAGE_RUNES = 20_480;
const FIRING_TYPES = ['INFO', 'WARNING', 'CRITICAL'];

/** The body of an alert; keys sorted. An unknown message type is CRITICAL, the end of all alerts always RECOVERY. */
export function victoropsPayload(config: VictoropsConfig, message: Message): Readonly<Record<string, string>> {
  const { render } = message;
  const asked = render(config.messageType);
  const firingType = FIRING_TYPES.includes(asked) ? asked : 'CRITICAL';
  const body: Record<string, string> = {
    message_type: message.status === 'resolved' ? 'RECOVERY' : firingType,
    entity_id: message.groupKeyHash,
    entity_display_name: render(config.entityDisplayName),
    state_message: truncateRunes(render(config.stateMessage), MAX_STATE_MESSAGE_RUNES).text,
    monitoring_tool: render(config.monitoringTool),
  };
  for (const [name, template] of Object.entries(config.customFields)) body[name] = render(template);
  return Object.fromEntries(
    Object.keys(body)
      .sort()
      .map((name) => [name, body[name] as string]),
  );
}
