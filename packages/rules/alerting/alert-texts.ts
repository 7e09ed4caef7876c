import { Labels } from '@petrel/model';
import type { AlertingRule } from '../rule-file/rule-group.ts';
import type { AlertInstance, AlertSample, LabelledSample } from './alert-instance.ts';
import type { AlertText, TextScope, TextSetting } from './alert-text.ts';
import { compileAlertText } from './alert-text.ts';

interface NamedText {
  readonly name: string;
  readonly text: AlertText;
}

interface KnownAnnotations {
  readonly sample: AlertSample;
  readonly annotations: Labels;
}

/** The labels and annotations of a rule's alerts: templates compiled once, expanded only where something can have changed. */
export class AlertTexts {
  readonly #labels: readonly NamedText[];
  readonly #annotations: readonly NamedText[];
  readonly #areLabelsStatic: boolean;
  readonly #fixedAnnotations: Labels | undefined;
  readonly #usesQuery: boolean;
  readonly #fixed: readonly (readonly [string, string])[];
  /** By the key of the sample's labels, where the rule's labels are static. */
  #made = new Map<string, Labels>();
  /** By the key of the alert's labels. */
  #known = new Map<string, KnownAnnotations>();

  constructor(rule: AlertingRule, setting: TextSetting) {
    const compile = ([name, text]: [string, string]): NamedText => ({
      name,
      text: compileAlertText(rule.name, text, setting),
    });
    this.#labels = Object.entries(rule.labels).map(compile);
    this.#annotations = Object.entries(rule.annotations).map(compile);
    const fixed = (texts: readonly NamedText[]) =>
      texts.map(({ name, text }) => [name, text.fixed ?? ''] as [string, string]);
    this.#areLabelsStatic = this.#labels.every(({ text }) => text.fixed !== undefined);
    this.#fixed = [...fixed(this.#labels), ['alertname', rule.name]];
    const isFixed = this.#annotations.every(({ text }) => text.fixed !== undefined);
    this.#fixedAnnotations = isFixed ? Labels.from(fixed(this.#annotations)) : undefined;
    this.#usesQuery = this.#annotations.some(({ text }) => text.usesQuery);
  }

  /** The alerts that samples make, in their order. Never rejects: a template that fails leaves its error as the text. */
  async label(samples: readonly AlertSample[], scope: TextScope): Promise<readonly LabelledSample[]> {
    if (samples.length === 0) return [];
    const out: LabelledSample[] = [];
    let known = 0;
    for (const sample of samples) {
      const before = this.#made.get(sample.labels.key);
      if (before !== undefined) known++;
      out.push({ labels: before ?? (await this.labelsOf(sample, scope)), sample });
    }
    // Mostly the same series as the last time.
    if (this.#areLabelsStatic && (known < out.length || this.#made.size > out.length))
      this.#made = new Map(out.map(({ labels, sample }) => [sample.labels.key, labels]));
    return out;
  }

  /** The labels of the alert that one sample makes. Never rejects. */
  async labelsOf(sample: AlertSample, scope: TextScope): Promise<Labels> {
    const added = this.#areLabelsStatic ? this.#fixed : await this.#expandLabels(sample, scope);
    return Labels.from([...sample.labels.dropMetric(), ...added]);
  }

  async #expandLabels(sample: AlertSample, scope: TextScope): Promise<readonly (readonly [string, string])[]> {
    const out: [string, string][] = [];
    for (const { name, text } of this.#labels) out.push([name, text.fixed ?? (await text.expand(sample, scope))]);
    return [...out, ...this.#fixed.slice(-1)];
  }

  /** The annotations of an alert. Queries of a template are asked once for each evaluation that had the alert. Never rejects. */
  async annotate({ labels, sample }: AlertInstance, scope: TextScope): Promise<Labels> {
    if (this.#fixedAnnotations !== undefined) return this.#fixedAnnotations;
    const known = this.#known.get(labels.key);
    if (known !== undefined && (known.sample === sample || (!this.#usesQuery && isSameSample(known.sample, sample)))) {
      return known.annotations;
    }
    const entries: [string, string][] = [];
    for (const { name, text } of this.#annotations)
      entries.push([name, text.fixed ?? (await text.expand(sample, scope))]);
    const annotations = Labels.from(entries);
    this.#known.set(labels.key, { sample, annotations });
    return annotations;
  }

  /** Forgets what belongs to no alert any more. */
  prune(alerts: ReadonlyMap<string, AlertInstance>): void {
    if (this.#known.size <= 2 * alerts.size + 16) return;
    this.#known = new Map([...this.#known].filter(([key]) => alerts.has(key)));
  }
}

function isSameSample(a: AlertSample, b: AlertSample): boolean {
  return a === b || (Object.is(a.value, b.value) && a.histogram === b.histogram && a.labels.equals(b.labels));
}
