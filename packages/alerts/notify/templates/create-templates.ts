import { TemplateSet } from '@petrel/template';
import { HTML_TEMPLATES } from './html-templates.ts';
import { LINK_TEMPLATES } from './link-templates.ts';
import { TEXT_TEMPLATES } from './text-templates.ts';
import { WELL_KNOWN_TEMPLATES } from './well-known-templates.ts';
import type { TemplateLanguage } from './words.ts';
import { wordTemplates } from './words.ts';

export interface TemplateOptions {
  readonly language: TemplateLanguage;
  /** Users' own template files in the order in which they are read; what they define takes the place of a default of that name. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** Where Petrel is reached by people, without a trailing slash; `petrel.url` gives it to templates that see no more than an alert. */
  readonly externalUrl: string;
}

/** The default templates, then the users'. Throws TemplateError when one of the users' does not parse; its message names the file. */
export function createTemplates({ language, files, externalUrl }: TemplateOptions): TemplateSet {
  const set = new TemplateSet();
  set.parse('petrel.tmpl', `{{ define "petrel.url" }}{{ ${JSON.stringify(externalUrl)} }}{{ end }}`);
  for (const text of [wordTemplates(language), LINK_TEMPLATES, TEXT_TEMPLATES, HTML_TEMPLATES, WELL_KNOWN_TEMPLATES]) {
    set.parse('petrel.tmpl', text);
  }
  for (const { name, text } of files) set.parse(name, text);
  return set;
}
