import { type QueryHistogram, sampleValue, stringMap } from '../functions/query-sample.ts';
import { ANY, type GoType, STRING, STRING_MAP } from '../values/go-type.ts';
import { GoStruct } from '../values/go-value.ts';
import { compileExpandable, type Expandable, type ExpandOptions } from './expand.ts';

/** What the labels and annotations of an alerting rule may speak of. */
export interface AlertTemplateData {
  /** Of the sample that made the alert, its metric name dropped. */
  readonly labels: Readonly<Record<string, string>> | ReadonlyMap<string, string>;
  readonly externalLabels?: Readonly<Record<string, string>> | ReadonlyMap<string, string>;
  readonly externalUrl?: string;
  readonly value: number | QueryHistogram;
}

export type ExpandAlertOptions = Omit<ExpandOptions, 'data' | 'variables' | 'externalUrl'>;

const VARIABLES = ['$labels', '$externalLabels', '$externalURL', '$value'];

const DATA: GoType = {
  name: 'struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }',
  kind: 'struct',
  fields: [
    { name: 'Labels', type: STRING_MAP },
    { name: 'ExternalLabels', type: STRING_MAP },
    { name: 'ExternalURL', type: STRING },
    { name: 'Value', type: ANY },
  ],
};

/** A label's or annotation's template, parsed; `$labels`, `$externalLabels`, `$externalURL` and `$value` are declared. */
export class AlertTemplate {
  constructor(private readonly content: Expandable) {}

  /** Rejects with TemplateError: `error executing template NAME: template: NAME:1:3: …`, columns of the user's text. */
  async expand(data: AlertTemplateData, options: ExpandAlertOptions): Promise<string> {
    const { externalLabels = {}, externalUrl = '' } = data;
    const values = {
      Labels: stringMap(data.labels),
      ExternalLabels: stringMap(externalLabels),
      ExternalURL: externalUrl,
      Value: sampleValue(data.value),
    };
    const variables = new Map<string, unknown>([
      ['$labels', values.Labels],
      ['$externalLabels', values.ExternalLabels],
      ['$externalURL', externalUrl],
      ['$value', values.Value],
    ]);
    return this.content.expand({ ...options, externalUrl, variables, data: new GoStruct(DATA, values) });
  }
}

/** Parses a label's or annotation's template. Throws TemplateError with `error parsing template NAME: ` in front. */
export function compileAlertTemplate(name: string, text: string): AlertTemplate {
  return new AlertTemplate(compileExpandable(name, text, { variables: VARIABLES }));
}

/** Parses and expands in one: for texts that come once. Rejects with TemplateError. */
export async function expandAlertTemplate(
  text: string,
  data: AlertTemplateData,
  options: ExpandAlertOptions & { readonly name?: string },
): Promise<string> {
  return compileAlertTemplate(options.name ?? '', text).expand(data, options);
}
