import type { Json } from '@petrel/model';
import { DeliveryError } from '../delivery-error.ts';
import { goJson, omitEmpty } from '../go-json.ts';
import type { Message } from '../message-data.ts';
import { renderValue } from '../templated-value.ts';
import { truncateRunes } from '../truncate.ts';
import type { PagerdutyConfig } from './pagerduty-config.ts';

const MAX_SUMMARY_RUNES = 1024;
/** PagerDuty refuses events beyond 512 KB. */
const MAX_EVENT_BYTES = 512_000;
const TOO_LARGE = {
  error: 'The details were left out: with them the event would be larger than the 512 KB that PagerDuty takes',
};

type Details = { readonly [key: string]: Json };

/** An event for the Events API v2 as JSON text with a final line break. Throws TemplateError, or DeliveryError when the key is empty. */
export function eventV2(config: PagerdutyConfig, message: Message, routingKey: string): string {
  const { render } = message;
  if (routingKey === '') throw new DeliveryError('routing key cannot be empty', false);
  const images = config.images
    .map(({ src, alt, href }) => ({ src: render(src), alt: render(alt), href: render(href) }))
    .filter(({ src }) => src !== '');
  const links = config.links
    .map(({ href, text }) => ({ href: render(href), text: render(text) }))
    .filter(({ href }) => href !== '');
  const payload = {
    summary: truncateRunes(render(config.description), MAX_SUMMARY_RUNES).text,
    source: render(config.source),
    severity: render(config.severity),
    ...omitEmpty({
      class: render(config.class),
      component: render(config.component),
      group: render(config.group),
    }),
  };
  const head = { routing_key: routingKey, dedup_key: message.groupKeyHash, event_action: actionOf(message) };
  const tail = omitEmpty({ client: render(config.client), client_url: render(config.clientUrl), images, links });
  return bounded(detailsOf(config, message), (details) => ({
    ...head,
    payload: { ...payload, ...omitEmpty({ custom_details: details }) },
    ...tail,
  }));
}

/** The same for the Events API v1. */
export function eventV1(config: PagerdutyConfig, message: Message, serviceKey: string): string {
  const { render } = message;
  if (serviceKey === '') throw new DeliveryError('service key cannot be empty', false);
  const action = actionOf(message);
  const description = truncateRunes(render(config.description), MAX_SUMMARY_RUNES).text;
  const client = action === 'trigger' ? { client: render(config.client), client_url: render(config.clientUrl) } : {};
  const head = {
    service_key: serviceKey,
    incident_key: message.groupKeyHash,
    event_type: action,
    ...omitEmpty({ description }),
  };
  return bounded(detailsOf(config, message), (details) => ({
    ...head,
    // Fields of v2 that Alertmanager sends along, empty.
    event_action: '',
    payload: null,
    ...omitEmpty({ ...client, details }),
  }));
}

function actionOf(message: Message): 'trigger' | 'resolve' {
  return message.status === 'firing' ? 'trigger' : 'resolve';
}

function detailsOf(config: PagerdutyConfig, message: Message): Details {
  const names = Object.keys(config.details).sort();
  return Object.fromEntries(names.map((name) => [name, renderValue(config.details[name] ?? null, message.render)]));
}

/** The event with its details, or without them when it would be too large. */
function bounded(details: Details, event: (details: Details) => object): string {
  const whole = `${goJson(event(details))}\n`;
  return Buffer.byteLength(whole) <= MAX_EVENT_BYTES ? whole : `${goJson(event(TOO_LARGE))}\n`;
}
