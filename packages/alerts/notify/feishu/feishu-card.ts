import type { Card, CardAlert, CardLink, CardSection } from '../card/card.ts';
import type { SeverityLevel } from '../card/severity-level.ts';

type Element = Readonly<Record<string, unknown>>;

/** A card as the bot takes it (version 1 of the card's JSON, which Lark's servers know as well). */
export interface FeishuCard {
  readonly config: { readonly wide_screen_mode: true };
  readonly header: {
    readonly template: string;
    readonly title: { readonly tag: 'plain_text'; readonly content: string };
  };
  readonly elements: readonly Element[];
}

export interface FeishuCardOptions {
  /** Ids to mention; `all` for everybody. */
  readonly mentions: readonly string[];
  /** Shown at the end unless the rest holds it. */
  readonly keyword: string;
}

/** Colours of the header. */
const HEADER_COLORS: Readonly<Record<SeverityLevel, string>> = {
  critical: 'red',
  major: 'orange',
  warning: 'yellow',
  info: 'blue',
  unknown: 'orange',
};
const MARKS: Readonly<Record<SeverityLevel, string>> = {
  critical: '🔴',
  major: '🟠',
  warning: '🟡',
  info: '🔵',
  unknown: '🟠',
};

/** The form that a card takes for the bot: alerts first, then mentions, buttons, and the keyword where it is missing. */
export function feishuCard(card: Card, { mentions, keyword }: FeishuCardOptions): FeishuCard {
  const all = card.sections.flatMap(({ alerts }) => alerts);
  // A single alert has its links as buttons; with several it has to be seen whose they are.
  const single = all.length === 1 && card.text === '' ? all[0] : undefined;
  const body =
    card.text === ''
      ? card.sections.flatMap((section) => sectionElements(section, card, single === undefined))
      : [markdown(card.text)];
  const elements: Element[] = [...body];
  if (mentions.length > 0) elements.push(markdown(mentions.map((id) => `<at id=${attribute(id)}></at>`).join(' ')));
  elements.push({ tag: 'action', actions: [...(single?.links ?? []), card.all].map(button) });
  const shown = JSON.stringify([card.title, elements]);
  if (keyword !== '' && !shown.includes(keyword)) {
    elements.push({ tag: 'note', elements: [{ tag: 'plain_text', content: keyword }] });
  }
  return {
    config: { wide_screen_mode: true },
    header: {
      template: card.status === 'resolved' ? 'green' : HEADER_COLORS[card.level],
      title: { tag: 'plain_text', content: card.title },
    },
    elements,
  };
}

function sectionElements(section: CardSection, card: Card, withLinks: boolean): readonly Element[] {
  const more = section.hidden > 0 ? [markdown(`+${section.hidden} ${card.moreLabel}`)] : [];
  const alerts = section.alerts.map((alert) => markdown(alertText(alert, card.colon, withLinks)));
  return [markdown(`**${literal(section.heading)}**`), ...alerts, ...more, { tag: 'hr' }];
}

function alertText(
  { status, level, summary, description, facts, context, links }: CardAlert,
  colon: string,
  withLinks: boolean,
) {
  const mark = status === 'resolved' ? '🟢' : MARKS[level];
  return [
    `${mark} **${literal(summary)}**`,
    ...facts.map(({ label, text }) => `**${label}${colon}**${literal(text)}`),
    ...(description === '' ? [] : [literal(description)]),
    ...context.map(({ label, text }) => `${label}${colon}${literal(text)}`),
    ...(withLinks && links.length > 0 ? [links.map(link).join(' | ')] : []),
  ].join('\n');
}

function markdown(content: string): Element {
  return { tag: 'markdown', content };
}

function link({ label, url }: CardLink): string {
  return `[${label}](${url.replaceAll('(', '%28').replaceAll(')', '%29').replaceAll(' ', '%20')})`;
}

function button({ label, url }: CardLink, index: number): Element {
  return {
    tag: 'button',
    text: { tag: 'plain_text', content: label },
    type: index === 0 ? 'primary' : 'default',
    url,
  };
}

/** Nothing in an alert may become markup: a label that says `<at id=all></at>` would call everybody. */
function literal(text: string): string {
  return text.replaceAll(/[<>*~[\]`]|&(?=#?\w+;)/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The value of an attribute that has no quotes. */
function attribute(id: string): string {
  return id.replaceAll(/[^\w@.:-]/g, '');
}
