import { PetrelError } from '@petrel/model';

/** Letters of Filebeat's date formats (Joda's) and the digits that they become. */
const DATE_LETTERS: Readonly<Record<string, (letters: number) => string>> = {
  y: (letters) => digits(letters === 2 ? 2 : 4),
  Y: (letters) => digits(letters === 2 ? 2 : 4),
  x: () => digits(4),
  M: (letters) => (letters > 2 ? '[A-Za-z]+' : digits(letters)),
  d: digits,
  D: () => digits(3),
  H: digits,
  m: digits,
  s: digits,
  w: digits,
  e: () => digits(1),
};

/** At least this many: `d` is 1 or 12. */
function digits(count: number): string {
  return count === 1 ? '[0-9]+' : '[0-9]'.repeat(count);
}

/**
 * What the list of topics of a table takes for a topic of the configuration: a name as it is, and a regular expression for a name with placeholders, so that the topics
 * of days to come are found when they are there.
 * @throws PetrelError CONFIG_INVALID
 */
export function topicEntry(topic: string): string {
  if (topic.startsWith('^')) {
    if (/[,\s]/.test(topic)) throw invalid(topic, 'a regular expression may not hold a comma or a space');
    return topic;
  }
  if (!topic.includes('%{')) {
    if (!/^[A-Za-z0-9._-]{1,249}$/.test(topic))
      throw invalid(topic, 'a name is of letters, digits, dots, dashes and underscores');
    return topic;
  }
  let out = '';
  let at = 0;
  for (const { index, 0: all, 1: inside = '' } of topic.matchAll(/%\{([^}]*)\}/g)) {
    out += escaped(topic, topic.slice(at, index));
    // A field of the event, such as `%{[fields.team]}`, may be anything.
    out += inside.startsWith('+') ? dateExpression(topic, inside.slice(1)) : '[A-Za-z0-9._-]+';
    at = index + all.length;
  }
  return `^${out}${escaped(topic, topic.slice(at))}$`;
}

function dateExpression(topic: string, format: string): string {
  let out = '';
  for (const [run] of format.matchAll(/([A-Za-z])\1*|[^A-Za-z]+/g)) {
    const expression = DATE_LETTERS[run[0] as string];
    if (expression !== undefined) out += expression(run.length);
    else if (/[A-Za-z]/.test(run)) throw invalid(topic, `unknown letter ${run[0]} in its date`);
    else out += escaped(topic, run);
  }
  return out;
}

/** Dots in brackets, where every engine of regular expressions reads them alike. */
function escaped(topic: string, text: string): string {
  if (!/^[A-Za-z0-9._-]*$/.test(text))
    throw invalid(topic, 'a name is of letters, digits, dots, dashes and underscores');
  return text.replaceAll('.', '[.]');
}

function invalid(topic: string, what: string): PetrelError {
  return new PetrelError('CONFIG_INVALID', `kafka topic ${JSON.stringify(topic)}: ${what}`);
}
