import { placeholder, where } from '@petrel/config/schema/composite.ts';
import { HIDDEN, scalar, show, string } from '@petrel/config/schema/scalars.ts';
import type { TableReport, Type } from '@petrel/config/schema/schema.ts';
import { TemplateError, TemplateSet } from '@petrel/template';

/** Whether a credential is nothing but a placeholder; `<x>` somewhere inside of it may be what a generator of passwords made. */
export function isWholePlaceholder(text: string): boolean {
  return /^\s*<[A-Za-z][^<>]*>\s*$/.test(text);
}

/** A credential: shown as `<secret>`. A placeholder such as `<pagerduty-key>` turns the block that holds it off, with a warning. */
export const secretText: Type<string> = scalar(
  'secret',
  (text, node, place) => (isWholePlaceholder(text) ? (placeholder(node, place) ?? text) : text),
  (text) => (text === '' ? '' : HIDDEN),
);

/** An http or https URL that is itself a credential: shown as `<secret>`, in errors not at all. A placeholder turns the block off, with a warning. */
export const secretUrl: Type<string> = scalar(
  'secret URL',
  (text, node, place) => {
    const off = placeholder(node, place);
    if (off !== undefined) return off;
    const scheme = /^([a-z][a-z\d+.-]*):/i.exec(text)?.[1]?.toLowerCase() ?? '';
    if (scheme !== 'http' && scheme !== 'https') return new Error(`unsupported scheme ${show(scheme)} for URL`);
    if (!/^https?:\/\/[^/?#]/i.test(text)) return new Error('missing host for URL');
    return URL.canParse(text) ? text : new Error('invalid URL');
  },
  () => HIDDEN,
);

/** A secret URL that may be a template as well: where it holds an action, it is looked at as a URL only after it has been expanded. */
export const secretTemplateUrl: Type<string> = {
  name: 'secret URL or template',
  decode(node, place) {
    if (node.kind !== 'scalar' || !node.text.includes('{{')) return secretUrl.decode(node, place);
    return placeholder(node, place) ?? templated.decode(node, place);
  },
  encode: () => HIDDEN,
};

const noTemplates = new TemplateSet();

/** The text of a Go template with Alertmanager's functions. Its syntax is checked; templates that it calls may be defined later. */
export const templated: Type<string> = where({ ...string, name: 'template' }, (text) => {
  try {
    noTemplates.check(text);
    return undefined;
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
});

/** Two keys that exclude each other, as a value and the file that holds it do; the message is Alertmanager's. */
export function exclusive(report: TableReport, keyA: string, keyB: string): void {
  if (report.has(keyA) && report.has(keyB)) {
    report.error(keyB, `at most one of ${keyA} & ${keyB} must be configured`);
  }
}
