import type { Alert, Labels } from '@petrel/model';
import { quote } from '@petrel/model';

/** Where a person goes from an alert. Absent: there is nothing to show. */
export interface AlertLinks {
  /** The expression's graph. */
  readonly graph?: string;
  /** The alert's page. */
  readonly alert: string;
  /** The form for a silence that matches the alert. */
  readonly silence: string;
  /** Logs of the alert's service. */
  readonly logs?: string;
  readonly trace?: string;
  /** What to do: the annotation `runbook_url`, or `runbook` where that is a URL. */
  readonly runbook?: string;
}

/** What links are made of; an alert of the engine, or one as it stands in the webhook's payload. */
export type LinkedAlert = Pick<Alert, 'labels' | 'annotations' | 'generatorUrl'>;

/** Labels that name a service in logs, most telling first. */
const SERVICE_LABELS = ['service', 'service_name', 'app', 'job'] as const;

/** The links of one alert; `externalUrl` without a trailing slash. The templates `petrel.link.*` make the same ones. */
export function linksOf(alert: LinkedAlert, externalUrl: string): AlertLinks {
  const { labels, annotations } = alert;
  const graph = graphUrl(alert, externalUrl);
  const logs = logsUrl(labels, externalUrl);
  const traceId = annotations.get('trace_id') || labels.get('trace_id');
  const runbook = [annotations.get('runbook_url'), annotations.get('runbook')].find((text) =>
    /^https?:\/\//i.test(text),
  );
  return {
    ...(graph !== undefined && { graph }),
    alert: `${externalUrl}/alerts?filter=${encode(filterOf(labels))}`,
    silence: `${externalUrl}/alerts/silences/new?filter=${encode(filterOf(labels))}`,
    ...(logs !== undefined && { logs }),
    ...(traceId !== '' && { trace: `${externalUrl}/explore/traces/${encode(traceId)}` }),
    ...(runbook !== undefined && { runbook }),
  };
}

/** Labels as a list of matchers, the alert's name first: `{alertname="X", job="y"}`; names that need it in quotes. */
export function filterOf(labels: Labels): string {
  const isName = ([name]: [string, string]): boolean => name === 'alertname';
  const pairs = [...labels];
  const parts = [...pairs.filter(isName), ...pairs.filter((pair) => !isName(pair))].map(([name, value]) => {
    const shown = /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : quote(name);
    return `${shown}=${quote(value)}`;
  });
  return `{${parts.join(', ')}}`;
}

/** The alerts of one receiver: what the title of a message leads to. */
export function alertsUrl(externalUrl: string, receiver: string): string {
  return `${externalUrl}/alerts?receiver=${encode(receiver)}`;
}

function graphUrl(alert: LinkedAlert, externalUrl: string): string | undefined {
  if (alert.generatorUrl !== '') return alert.generatorUrl;
  const expression = alert.annotations.get('expr');
  return expression === '' ? undefined : `${externalUrl}/graph?g0.expr=${encode(expression)}`;
}

function logsUrl(labels: Labels, externalUrl: string): string | undefined {
  const name = SERVICE_LABELS.find((label) => labels.has(label));
  if (name === undefined) return undefined;
  return `${externalUrl}/explore/logs?query=${encode(`{${name}=${quote(labels.get(name))}}`)}`;
}

/** As Go's `urlquery`, so that templates make the same links: spaces are `+`. */
function encode(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\ufffd'))
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
