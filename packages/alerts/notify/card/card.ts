import { alertsUrl, linksOf } from '../links.ts';
import type { Message } from '../message-data.ts';
import type { NotifiedAlert } from '../notifier.ts';
import { truncateBytes, truncateRunes } from '../truncate.ts';
import type { SeverityLevel } from './severity-level.ts';
import { severityLevelOf, worstLevelOf } from './severity-level.ts';

export interface CardLine {
  readonly label: string;
  readonly text: string;
}

export interface CardLink {
  readonly label: string;
  readonly url: string;
}

/** One alert on a card: what has happened first, then what to know, then where to look. Texts are plain, in the language of the templates. */
export interface CardAlert {
  readonly status: 'firing' | 'resolved';
  readonly level: SeverityLevel;
  readonly summary: string;
  /** '' where the summary says it all. */
  readonly description: string;
  /** Value, impact, what to do: those that the annotations give. */
  readonly facts: readonly CardLine[];
  /** Since or until when, and the labels. */
  readonly context: readonly CardLine[];
  readonly links: readonly CardLink[];
}

/** The alerts of one state. */
export interface CardSection {
  readonly status: 'firing' | 'resolved';
  /** With the number of all alerts of the state: `Firing (12)`. */
  readonly heading: string;
  readonly alerts: readonly CardAlert[];
  /** So many are not shown. */
  readonly hidden: number;
}

/** What a chat shows of a notification, before it takes the form that the chat wants. */
export interface Card {
  readonly status: 'firing' | 'resolved';
  readonly level: SeverityLevel;
  readonly title: string;
  /** A text in place of the sections; '' for the sections. */
  readonly text: string;
  readonly sections: readonly CardSection[];
  /** `more`, for the sections' hidden alerts. */
  readonly moreLabel: string;
  readonly colon: string;
  readonly all: CardLink;
}

/** Limits that a card is built within. */
export interface CardLimits {
  /** So many alerts are written out, firing ones first. */
  readonly maxAlerts: number;
  /** Of one text of an alert, in characters. */
  readonly maxTextRunes: number;
  /** Longer links are left out: they hold labels, which can be of any length. */
  readonly maxUrlLength: number;
  /** Of a text in place of the sections. */
  readonly maxOwnTextBytes: number;
}

export interface CardOptions extends CardLimits {
  readonly title: string;
  readonly text: string;
  readonly externalUrl: string;
}

/** The title that a chat shows in its list: the state, and what all alerts say has happened, or else what they are grouped by. */
export const CARD_TITLE =
  '[{{ template "petrel.status" . }}] {{ with .CommonAnnotations.summary }}{{ . }}{{ else }}' +
  '{{ with .GroupLabels.SortedPairs.Values }}{{ . | join " " }}{{ else }}{{ .CommonLabels.alertname }}{{ end }}{{ end }}';

const WORD_NAMES = [
  'firing',
  'resolved',
  'value',
  'impact',
  'action',
  'runbook',
  'graph',
  'logs',
  'trace',
  'silence',
  'labels',
  'since',
  'until',
  'more',
  'all',
  'colon',
] as const;
type Words = Readonly<Record<(typeof WORD_NAMES)[number], string>>;

const MAX_TITLE_RUNES = 200;
const TIME_FORMAT = '2006-01-02 15:04:05 MST';

/** Executes the templates and picks what is shown within the limits. Throws TemplateError. */
export function createCard(message: Message, options: CardOptions): Card {
  const words = wordsOf(message);
  const shown = (text: string): string => truncateRunes(text, options.maxTextRunes).text;
  const numbered = message.alerts.map((alert, index) => ({ alert, index }));
  let left = options.maxAlerts;
  const sections = (['firing', 'resolved'] as const).flatMap((status): readonly CardSection[] => {
    const all = numbered.filter(({ alert }) => alert.status === status);
    if (all.length === 0) return [];
    const some = all.slice(0, left);
    left -= some.length;
    const alerts = some.map(({ alert, index }) => cardAlert(message, { alert, index, words, shown, options }));
    return [{ status, heading: `${words[status]} (${all.length})`, alerts, hidden: all.length - some.length }];
  });
  return {
    status: message.status,
    level: worstLevelOf(message.alerts),
    title: truncateRunes(oneLine(message.render(options.title)), MAX_TITLE_RUNES).text,
    text: truncateBytes(message.render(options.text).trim(), options.maxOwnTextBytes).text,
    sections,
    moreLabel: words.more,
    colon: words.colon,
    all: { label: words.all, url: alertsUrl(options.externalUrl, message.notification.receiver) },
  };
}

interface AlertContext {
  readonly alert: NotifiedAlert;
  readonly index: number;
  readonly words: Words;
  readonly shown: (text: string) => string;
  readonly options: CardOptions;
}

function cardAlert(message: Message, { alert, index, words, shown, options }: AlertContext): CardAlert {
  const { annotations, labels, status } = alert;
  const ofAlert = (template: string): string =>
    message.render(`{{ with index .Alerts ${index} }}${template}{{ end }}`).trim();
  const summary = ofAlert('{{ template "petrel.summary.text" . }}');
  const description = annotations.get('description').trim();
  const links = linksOf(alert, options.externalUrl);
  const firing = status === 'firing';
  const time = ofAlert(`{{ .${firing ? 'StartsAt' : 'EndsAt'} | date "${TIME_FORMAT}" }}`);
  const runbook = links.runbook === undefined ? annotations.get('runbook') : '';
  const lines = (pairs: readonly (readonly [label: string, text: string])[]): readonly CardLine[] =>
    pairs.map(([label, text]) => ({ label, text: shown(text.trim()) })).filter(({ text }) => text !== '');
  return {
    status,
    level: severityLevelOf(labels),
    summary: shown(oneLine(summary)),
    description: description === summary ? '' : shown(description),
    facts: lines([
      [words.value, annotations.get('value')],
      [words.impact, annotations.get('impact')],
      [words.action, annotations.get('action')],
      [words.runbook, runbook],
    ]),
    context: lines([
      [firing ? words.since : words.until, time],
      [words.labels, [...labels].map(([name, value]) => `${name}=${value}`).join(', ')],
    ]),
    links: [
      { label: words.runbook, url: links.runbook },
      { label: words.graph, url: links.graph },
      { label: words.logs, url: links.logs },
      { label: words.trace, url: links.trace },
      { label: words.silence, url: firing ? links.silence : undefined },
    ].filter((link): link is CardLink => link.url !== undefined && link.url.length <= options.maxUrlLength),
  };
}

function wordsOf(message: Message): Words {
  return Object.fromEntries(
    WORD_NAMES.map((name) => [name, message.render(`{{ template "petrel.word.${name}" . }}`)]),
  ) as Words;
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}
