import { boolean } from '@petrel/config/schema/scalars.ts';
import type { Table, TableReport } from '@petrel/config/schema/schema.ts';
import { field, optional, table } from '@petrel/config/schema/schema.ts';
import { templated } from '../../config/secrets.ts';

/** A pair in the coloured block. */
export interface SlackField {
  readonly title: string;
  readonly value: string;
  /** Stands beside another short one; absent: as `short_fields` says. */
  readonly short?: boolean;
}

export interface SlackConfirmation {
  readonly text: string;
  readonly title: string;
  readonly okText: string;
  readonly dismissText: string;
}

/** A button: with `url` a link, with `name` a message to the app. */
export interface SlackAction {
  readonly type: string;
  readonly text: string;
  readonly url: string;
  readonly style: string;
  readonly name: string;
  readonly value: string;
  readonly confirm?: SlackConfirmation;
}

export const slackField: Table<SlackField> = table<SlackField>(
  'field',
  {
    title: field('title', templated, '', 'Title.'),
    value: field('value', templated, '', 'Value.'),
    short: optional('short', boolean, 'Short enough to stand beside another.'),
  },
  {
    check(given, report) {
      require(report, given.title, 'title', 'missing title in Slack field configuration');
      if (given.title !== '') require(report, given.value, 'value', 'missing value in Slack field configuration');
    },
  },
);

const confirmation: Table<SlackConfirmation> = table<SlackConfirmation>(
  'confirmation',
  {
    text: field('text', templated, '', 'What is asked.'),
    title: field('title', templated, '', 'Title.'),
    okText: field('ok_text', templated, '', 'The button that goes on.'),
    dismissText: field('dismiss_text', templated, '', 'The button that stops.'),
  },
  { check: ({ text }, report) => require(report, text, 'text', 'missing text in Slack confirmation configuration') },
);

export const slackAction: Table<SlackAction> = table<SlackAction, SlackAction>(
  'action',
  {
    type: field('type', templated, '', '`button`.'),
    text: field('text', templated, '', 'What stands on it.'),
    url: field('url', templated, '', 'What it leads to.'),
    style: field('style', templated, '', '`primary` or `danger`.'),
    name: field('name', templated, '', 'Name for the app.'),
    value: field('value', templated, '', 'Value for the app.'),
    confirm: optional('confirm', confirmation, 'Ask before.'),
  },
  {
    check({ type, text, url, name }, report) {
      if (url === '' && name === '') report.error('url', 'missing name or url in Slack action configuration');
      else if (type === '') report.error('type', 'missing type in Slack action configuration');
      else require(report, text, 'text', 'missing text in Slack action configuration');
    },
    // A link sends nothing to the app.
    finish: ({ confirm, ...action }) => {
      if (action.url !== '') return { ...action, name: '', value: '' };
      return confirm === undefined ? action : { ...action, confirm };
    },
  },
);

function require(report: TableReport, text: string, key: string, message: string): void {
  if (text === '') report.error(key, message);
}
