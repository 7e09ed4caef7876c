import { worstLevelOf } from '../card/severity-level.ts';
import type { Message } from '../message-data.ts';
import type { NotifiedAlert } from '../notifier.ts';
import { truncateRunes } from '../truncate.ts';
import type { PhoneConfig } from './phone-config.ts';

/** About a minute and a half of speech. */
const MAX_TEXT_RUNES = 500;

/** A request to the gateway. */
export interface PhoneCall {
  readonly to: readonly string[];
  /** One line, to be spoken. */
  readonly text: string;
  readonly [field: string]: unknown;
}

/** The body for the gateway. Nobody is called twice; `to` is empty where no template names anybody. */
export function phoneCall(config: PhoneConfig, message: Message, externalUrl: string): PhoneCall {
  const { render, notification, alerts, status } = message;
  const to = [...new Set(config.to.flatMap((template) => names(render(template))))];
  const text = truncateRunes(spoken(render(config.text)), MAX_TEXT_RUNES).text;
  const shown = config.maxAlerts > 0 ? alerts.slice(0, config.maxAlerts) : alerts;
  const own = Object.entries(config.fields).map(([name, template]) => [name, render(template)] as const);
  return {
    to,
    text,
    language: render(config.language) || languageOf(text),
    priority: render(config.priority) || worstLevelOf(alerts),
    ...(config.repeat === undefined ? {} : { repeat: config.repeat }),
    ...(config.voice === '' ? {} : { voice: config.voice }),
    status,
    group_key: notification.groupKey,
    group_labels: notification.groupLabels.toObject(),
    receiver: notification.receiver,
    external_url: externalUrl,
    alerts: shown.map(alertOf),
    truncated_alerts: alerts.length - shown.length,
    ...Object.fromEntries(own),
  };
}

/** As in Alertmanager's webhook. */
function alertOf({ status, labels, annotations, startsAtMs, endsAtMs, generatorUrl, fingerprint }: NotifiedAlert) {
  return {
    status,
    labels: labels.toObject(),
    annotations: annotations.toObject(),
    startsAt: new Date(startsAtMs).toISOString(),
    endsAt: status === 'resolved' ? new Date(endsAtMs).toISOString() : '0001-01-01T00:00:00Z',
    generatorURL: generatorUrl,
    fingerprint,
  };
}

/** A template may give several, separated by commas. */
function names(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** What a voice can read: no line breaks, no markup, no URLs. */
function spoken(text: string): string {
  return text
    .replaceAll(/https?:\/\/\S+/g, '')
    .replaceAll(/[*_`#<>|]+/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function languageOf(text: string): string {
  return /\p{Script=Han}/u.test(text) ? 'zh-CN' : 'en-US';
}
