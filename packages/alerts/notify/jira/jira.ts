import { DeliveryError } from '../delivery-error.ts';
import { endpoint } from '../endpoint.ts';
import type { HttpAnswer, HttpCall, HttpExchange } from '../http-notifier.ts';
import { createHttpNotifier, requireSuccess } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import { jsonAnswer, maybeJson } from '../json-answer.ts';
import type { JiraConfig } from './jira-config.ts';
import { jiraTable } from './jira-config.ts';
import { jiraIssue, jiraQuery } from './jira-payload.ts';

/** Jira: one issue for a group, found again by a label, changed with each notification, resolved and opened again by transitions. */
export const jira: IntegrationKind<JiraConfig> = {
  name: 'jira',
  key: 'jira_configs',
  table: jiraTable,
  create: (config, tools) =>
    createHttpNotifier({ tools, http: config.http, deliver: (exchange) => deliver(config, exchange) }),
};

interface FoundIssue {
  readonly key: string;
  /** Its status counts as done; undefined where the answer does not say. */
  readonly done: boolean | undefined;
}

async function deliver(config: JiraConfig, exchange: HttpExchange): Promise<string> {
  const { message } = exchange;
  const firing = message.status === 'firing';
  const issue = await findIssue(config, exchange);
  if (issue === undefined) {
    if (!firing) return 'no issue to resolve';
    const answer = await request(config, exchange, { path: 'issue', json: jiraIssue(config, message, false) });
    // The issue is there whatever the answer says: another attempt would make a second one.
    return `created ${String(maybeJson(answer)?.key ?? 'issue')}`;
  }
  const path = `issue/${encodeURIComponent(issue.key)}`;
  await request(config, exchange, { method: 'PUT', path, json: jiraIssue(config, message, true) });
  if (issue.done === undefined || issue.done !== firing) return `updated ${issue.key}`;
  const transition = firing ? config.reopenTransition : config.resolveTransition;
  // Without a transition to take, the issue is left for people to move.
  if (transition === '') return `updated ${issue.key}`;
  const id = await transitionId(config, exchange, { path, key: issue.key, name: transition });
  await request(config, exchange, { path: `${path}/transitions`, json: { transition: { id } } });
  return `${firing ? 'opened' : 'resolved'} ${issue.key}`;
}

async function findIssue(config: JiraConfig, exchange: HttpExchange): Promise<FoundIssue | undefined> {
  const json = { jql: jiraQuery(config, exchange.message), maxResults: 2, fields: ['status'] };
  const answer = await exchange.send({ url: searchUrl(config), json, headers: { 'Accept-Language': 'en' } });
  requireSuccess(answer, { retryStatuses: [429] });
  const { issues } = jsonAnswer(answer);
  const first = Array.isArray(issues) ? (issues[0] as JiraIssueAnswer | undefined) : undefined;
  if (first?.key === undefined) return undefined;
  const category = first.fields?.status?.statusCategory?.key;
  return { key: first.key, done: category === undefined ? undefined : category === 'done' };
}

interface JiraIssueAnswer {
  readonly key?: string;
  readonly fields?: { readonly status?: { readonly statusCategory?: { readonly key?: string } } };
}

/** Jira Cloud searches under version 3 alone, Data Center under `search`. */
function searchUrl({ apiUrl, apiType }: JiraConfig): string {
  const cloud = apiType === 'cloud' || (apiType === 'auto' && new URL(apiUrl).host.endsWith('atlassian.net'));
  if (!cloud) return endpoint(apiUrl, 'search');
  return endpoint(apiUrl, 'search/jql').replace('/rest/api/2/', '/rest/api/3/');
}

async function transitionId(
  config: JiraConfig,
  exchange: HttpExchange,
  { path, key, name }: { path: string; key: string; name: string },
): Promise<string> {
  const answer = await request(config, exchange, { method: 'GET', path: `${path}/transitions` });
  const { transitions } = jsonAnswer(answer);
  const all = Array.isArray(transitions) ? (transitions as { id?: string; name?: string }[]) : [];
  const id = all.find((transition) => transition.name === name)?.id;
  if (id === undefined) throw new DeliveryError(`can't find transition ${name} for issue ${key}`, false);
  return id;
}

async function request(
  { apiUrl }: JiraConfig,
  { send }: HttpExchange,
  { path, ...call }: Pick<HttpCall, 'method' | 'json'> & { readonly path: string },
): Promise<HttpAnswer> {
  const answer = await send({ ...call, url: endpoint(apiUrl, path), headers: { 'Accept-Language': 'en' } });
  requireSuccess(answer, {
    retryStatuses: [429],
    details: ({ text }) => `failed to ${call.method ?? 'POST'} request to "${path}": ${text}`,
  });
  return answer;
}
