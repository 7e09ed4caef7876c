import { omitEmpty } from '../go-json.ts';
import type { Message } from '../message-data.ts';
import { truncateRunes } from '../truncate.ts';
import type { OpsgenieConfig, OpsgenieResponder } from './opsgenie-config.ts';

/** https://docs.opsgenie.com/docs/alert-api: a message has at most 130 characters. */
const MAX_MESSAGE_RUNES = 130;

/** One request to the alert API; `path` is below the root. */
export interface OpsgenieCall {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly byAlias: boolean;
  readonly json: object;
}

/** What a notification comes to, in the order in which it is sent: closing the alert, or creating it (and changing it where it may exist). */
export function opsgenieCalls(config: OpsgenieConfig, message: Message): readonly OpsgenieCall[] {
  const { render, groupKeyHash: alias } = message;
  if (message.status === 'resolved') {
    const json = { source: render(config.source) };
    return [{ method: 'POST', path: `v2/alerts/${alias}/close`, byAlias: true, json }];
  }
  const text = truncateRunes(render(config.message), MAX_MESSAGE_RUNES).text;
  const description = render(config.description);
  const create = {
    alias,
    message: text,
    ...omitEmpty({ description }),
    details: detailsOf(config, message),
    source: render(config.source),
    ...omitEmpty({
      responders: respondersOf(config.responders, render),
      tags: split(render(config.tags)),
      note: render(config.note),
      priority: render(config.priority),
      entity: render(config.entity),
      actions: split(render(config.actions)),
    }),
  };
  const calls: OpsgenieCall[] = [{ method: 'POST', path: 'v2/alerts', byAlias: false, json: create }];
  if (config.updateAlerts) {
    const put = (what: string, json: object): OpsgenieCall => ({
      method: 'PUT',
      path: `v2/alerts/${alias}/${what}`,
      byAlias: true,
      json,
    });
    calls.push(put('message', omitEmpty({ message: text })), put('description', omitEmpty({ description })));
  }
  return calls;
}

function detailsOf(config: OpsgenieConfig, { alerts, render }: Message): Record<string, string> {
  const [first, ...others] = alerts;
  const common = [...(first?.labels ?? [])].filter(([name, value]) =>
    others.every(({ labels }) => labels.get(name) === value),
  );
  const own = Object.entries(config.details).map(([name, template]) => [name, render(template)] as const);
  const all = Object.fromEntries([...common, ...own]);
  return Object.fromEntries(
    Object.keys(all)
      .sort()
      .map((name) => [name, all[name] as string]),
  );
}

/** Templates may leave a responder empty: then it is none. `teams` stands for a list of names. */
function respondersOf(responders: readonly OpsgenieResponder[], render: (template: string) => string): object[] {
  return responders.flatMap((responder): object[] => {
    const [id, name, username, type] = [responder.id, responder.name, responder.username, responder.type].map(render);
    if (id === '' && name === '' && username === '' && type === '') return [];
    if (type === 'teams') return split(name ?? '').map((team) => ({ name: team, type: 'team' }));
    return [{ ...omitEmpty({ id, name, username }), type }];
  });
}

function split(text: string): string[] {
  return text
    .trim()
    .split(',')
    .filter((part) => part !== '');
}
