import type { Card, CardAlert, CardLink } from '../card/card.ts';
import type { SeverityLevel } from '../card/severity-level.ts';

const MARKS: Readonly<Record<SeverityLevel, string>> = {
  critical: '🔴',
  major: '🟠',
  warning: '🟡',
  info: '🔵',
  unknown: '🟠',
};
const COLORS: Readonly<Record<SeverityLevel, string>> = {
  critical: '#d93026',
  major: '#e8710a',
  warning: '#f9ab00',
  info: '#1a73e8',
  unknown: '#e8710a',
};
const RESOLVED_COLOR = '#1e8e3e';

export interface DingtalkMarkdownOptions {
  /** `@13800000000`: what the text must hold for a mention to work. */
  readonly mentions: readonly string[];
  /** Shown at the end unless the rest holds it. */
  readonly keyword: string;
  /** The links of a single alert stand in the text; not where they are buttons. */
  readonly withLinks: boolean;
}

/** A card in DingTalk's Markdown, where an empty line is a break. */
export function dingtalkMarkdown(card: Card, { mentions, keyword, withLinks }: DingtalkMarkdownOptions): string {
  const color = card.status === 'resolved' ? RESOLVED_COLOR : COLORS[card.level];
  const mark = card.status === 'resolved' ? '🟢' : MARKS[card.level];
  const heading = `### ${mark} <font color="${color}">${plain(card.title)}</font>`;
  const sections = card.sections.flatMap((section) => [
    `**${section.heading}**`,
    ...section.alerts.map((alert) => alertText(alert, card.colon, withLinks)),
    ...(section.hidden > 0 ? [`+${section.hidden} ${card.moreLabel}`] : []),
  ]);
  const body = card.text === '' ? sections : [card.text];
  const end = withLinks ? [link(card.all)] : [];
  const text = [heading, ...body, ...end, ...(mentions.length > 0 ? [mentions.join(' ')] : [])].join('\n\n');
  return keyword === '' || text.includes(keyword) ? text : `${text}\n\n${keyword}`;
}

/** Buttons: the links of the only alert, and that to all. */
export function dingtalkButtons(card: Card): readonly { readonly title: string; readonly actionURL: string }[] {
  const alerts = card.sections.flatMap((section) => section.alerts);
  const links = alerts.length === 1 ? (alerts[0]?.links ?? []) : [];
  return [...links, card.all].map(({ label, url }) => ({ title: label, actionURL: url }));
}

function alertText(
  { status, level, summary, description, facts, context, links }: CardAlert,
  colon: string,
  withLinks: boolean,
) {
  const mark = status === 'resolved' ? '🟢' : MARKS[level];
  return [
    `${mark} **${plain(summary)}**`,
    ...facts.map(({ label, text }) => `> **${label}${colon}** ${plain(text)}`),
    ...(description === '' ? [] : [`> ${plain(description)}`]),
    ...context.map(({ label, text }) => `> ${label}${colon}${plain(text)}`),
    ...(withLinks && links.length > 0 ? [`> ${links.map(link).join(' | ')}`] : []),
  ].join('\n\n');
}

function link({ label, url }: CardLink): string {
  return `[${label}](${url.replaceAll('(', '%28').replaceAll(')', '%29').replaceAll(' ', '%20')})`;
}

/** One line without markup of its own: no links, pictures or tags out of an alert. DingTalk knows no escapes, so look-alikes take their place. */
function plain(text: string): string {
  return text
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('](', '] (')
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replaceAll('**', '∗∗');
}
