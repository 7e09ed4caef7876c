import type { FloatHistogram, Labels } from '@petrel/model';
import { histogramToString } from '@petrel/query/promql/exec/histogram-text.ts';
import type { AlertTemplate, QueryHistogram } from '@petrel/template';
import { compileAlertTemplate, TemplateError } from '@petrel/template';
import type { AlertSample } from './alert-instance.ts';

/** Answers a query of a template at an instant. */
export type TemplateQuery = (query: string, timeMs: number) => Promise<readonly AlertSample[]>;

/** What templates may speak of beside the sample. */
export interface TextSetting {
  readonly externalLabels: Labels;
  readonly externalUrl: string;
}

/** When, and whom to ask. */
export interface TextScope {
  readonly tMs: number;
  readonly query: TemplateQuery;
}

/** A label's or annotation's text, parsed once. */
export interface AlertText {
  /** The text, where it is the same for every alert. */
  readonly fixed: string | undefined;
  /** It may ask queries, so it may differ although the sample did not change. */
  readonly usesQuery: boolean;
  /** Never rejects: a template that fails becomes `<error expanding template: …>`, as Prometheus shows it. */
  expand(sample: AlertSample, scope: TextScope): Promise<string>;
}

/** Throws TemplateError where the text does not parse. */
export function compileAlertText(alertName: string, text: string, setting: TextSetting): AlertText {
  if (!text.includes('{{')) return { fixed: text, usesQuery: false, expand: () => Promise.resolve(text) };
  const template = compileAlertTemplate(nameOf(alertName), text);
  return {
    fixed: undefined,
    usesQuery: /\bquery\b/.test(text),
    expand: (sample, scope) => expand(template, sample, scope, setting),
  };
}

/** Why a text is no template, in Prometheus's words; undefined where it is one. */
export function parseProblem(alertName: string, text: string): string | undefined {
  try {
    if (text.includes('{{')) compileAlertTemplate(nameOf(alertName), text);
    return undefined;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return error.message;
  }
}

function nameOf(alertName: string): string {
  return `__alert_${alertName}`;
}

async function expand(
  template: AlertTemplate,
  { labels, value, histogram }: AlertSample,
  { tMs, query }: TextScope,
  { externalLabels, externalUrl }: TextSetting,
): Promise<string> {
  const data = {
    labels: new Map(labels),
    externalLabels: new Map(externalLabels),
    externalUrl,
    value: histogram === undefined ? value : shown(histogram),
  };
  try {
    return await template.expand(data, {
      nowMs: tMs,
      query: async (expression) => {
        const samples = await query(expression, tMs);
        return samples.map((sample) => ({
          labels: new Map(sample.labels),
          value: sample.histogram === undefined ? sample.value : shown(sample.histogram),
        }));
      },
    });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return `<error expanding template: ${error.message}>`;
  }
}

function shown(histogram: FloatHistogram): QueryHistogram {
  const { count, sum } = histogram;
  return { count, sum, toString: () => histogramToString(histogram) };
}
