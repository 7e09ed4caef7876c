import type { Json } from '@petrel/model';
import { DeliveryError } from '../delivery-error.ts';
import type { Message } from '../message-data.ts';
import { renderValue } from '../templated-value.ts';
import { truncateRunes } from '../truncate.ts';
import type { JiraConfig } from './jira-config.ts';

const MAX_SUMMARY_RUNES = 255;
const MAX_DESCRIPTION_RUNES = 32_767;

/** The label by which a group's issue is found again. */
export function jiraLabelOf({ groupKeyHash }: Message): string {
  return `ALERT{${groupKeyHash}}`;
}

/** The body that makes the issue, or (`update`) that changes it: then without the parts that are not to be changed. */
export function jiraIssue(
  config: JiraConfig,
  message: Message,
  update: boolean,
): { readonly fields: Record<string, Json> } {
  const { render } = message;
  const own = renderValue(config.fields, render);
  const fields: Record<string, Json> = isMap(own) ? { ...own } : {};
  fields.project = { key: render(config.project) };
  fields.issuetype = { name: render(config.issueType) };
  if (!update || config.summary.enableUpdate) {
    fields.summary = truncateRunes(render(config.summary.template), MAX_SUMMARY_RUNES).text;
  }
  const description = truncateRunes(render(config.description.template), MAX_DESCRIPTION_RUNES).text;
  if (description.trim() !== '' && (!update || config.description.enableUpdate)) {
    fields.description = isVersion3(config.apiUrl) ? documentOf(description) : description;
  }
  if (!update || config.labels.enableUpdate) {
    fields.labels = [...config.labels.values.map(render), jiraLabelOf(message)].sort();
  }
  const priority = render(config.priority);
  if (priority !== '') fields.priority = { name: priority };
  return { fields };
}

/** The query for the group's issue: open ones, or (where it fires and issues are opened again) also those that were closed lately. */
export function jiraQuery(config: JiraConfig, message: Message): string {
  const { wontFixResolution, reopenTransition, reopenDurationMs } = config;
  const minutes = Math.trunc(reopenDurationMs / 60_000);
  const reopen = message.status === 'firing' && reopenTransition !== '' && minutes > 0;
  const conditions = [
    ...(wontFixResolution === '' ? [] : [`resolution != ${JSON.stringify(wontFixResolution)}`]),
    reopen ? `(resolutiondate is EMPTY OR resolutiondate >= -${minutes}m)` : 'statusCategory != Done',
    `project=${JSON.stringify(message.render(config.project))}`,
    `labels=${JSON.stringify(jiraLabelOf(message))}`,
  ];
  return `${conditions.join(' and ')} order by status ASC,resolutiondate DESC`;
}

function isMap(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isVersion3(apiUrl: string): boolean {
  return new URL(apiUrl).pathname.replace(/\/+$/, '').endsWith('/3');
}

/** Version 3 takes Atlassian's document format; a template that yields text is put into one paragraph a line. */
function documentOf(text: string): Json {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) {
    try {
      return JSON.parse(trimmed) as Json;
    } catch {
      throw new DeliveryError('description template: invalid JSON for API v3', false);
    }
  }
  const paragraphs = trimmed.split('\n').filter((line) => line.trim() !== '');
  return {
    version: 1,
    type: 'doc',
    content: paragraphs.map((line) => ({ type: 'paragraph', content: [{ type: 'text', text: line }] })),
  };
}
