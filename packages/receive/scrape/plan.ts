import type { Labels } from '@petrel/model';
import { isLegacyLabelName, isLegacyMetricName, PetrelError } from '@petrel/model';
import type { ScrapeConfig } from '../config.ts';
import { compileRelabel } from '../relabel/index.ts';
import { joinLabels } from './sample-labels.ts';

/** What a job's configuration does to the samples of its targets, compiled once for all of them. */
export interface ScrapePlan {
  readonly config: ScrapeConfig;
  /** Equal plans give equal series: what one cached stays good for the other. */
  readonly labelsKey: string;
  /** The stored labels of an exposed series, or undefined when it is dropped. Throws when the scrape must fail. */
  seriesLabels(exposed: Labels, target: Labels, exposedEmpty: readonly string[]): Labels | undefined;
}

/** Throws CONFIG_INVALID for relabelling steps that do not compile. */
export function compileScrapePlan(config: ScrapeConfig): ScrapePlan {
  const relabel = compileRelabel(config.metricRelabelConfigs, config.metricNameValidationScheme);
  const { honorLabels, metricNameValidationScheme } = config;
  return {
    config,
    labelsKey: JSON.stringify([
      honorLabels,
      config.metricRelabelConfigs,
      metricNameValidationScheme,
      config.labelLimit,
      config.labelNameLengthLimit,
      config.labelValueLengthLimit,
    ]),
    seriesLabels(exposed, target, exposedEmpty) {
      const labels = relabel(joinLabels(exposed, target, honorLabels, exposedEmpty));
      if (labels === undefined || labels.size === 0) return undefined;
      checkNames(labels, metricNameValidationScheme === 'legacy');
      checkLimits(labels, config);
      return labels;
    },
  };
}

function checkNames(labels: Labels, legacy: boolean): void {
  if (labels.metric === '') throw new PetrelError('DECODE_FAILED', 'missing metric name (__name__ label)');
  if (!legacy) return;
  const bad = !isLegacyMetricName(labels.metric) || [...labels].some(([name]) => !isLegacyLabelName(name));
  if (bad) throw new PetrelError('DECODE_FAILED', `invalid metric name or label names: ${labels}`);
}

function checkLimits(labels: Labels, config: ScrapeConfig): void {
  const { labelLimit, labelNameLengthLimit, labelValueLengthLimit } = config;
  const metric = labels.metric.slice(0, 50);
  if (labelLimit > 0 && labels.size > labelLimit) {
    throw new PetrelError(
      'DECODE_FAILED',
      `label_limit exceeded (metric: ${metric}, number of labels: ${labels.size}, limit: ${labelLimit})`,
    );
  }
  if (labelNameLengthLimit === 0 && labelValueLengthLimit === 0) return;
  for (const [name, value] of labels) {
    const nameBytes = Buffer.byteLength(name);
    if (labelNameLengthLimit > 0 && nameBytes > labelNameLengthLimit) {
      throw new PetrelError(
        'DECODE_FAILED',
        `label_name_length_limit exceeded (metric: ${metric}, label name: ${name.slice(0, 50)}, length: ${nameBytes}, limit: ${labelNameLengthLimit})`,
      );
    }
    const valueBytes = Buffer.byteLength(value);
    if (labelValueLengthLimit > 0 && valueBytes > labelValueLengthLimit) {
      throw new PetrelError(
        'DECODE_FAILED',
        `label_value_length_limit exceeded (metric: ${metric}, label name: ${name}, value: "${value.slice(0, 50)}", length: ${valueBytes}, limit: ${labelValueLengthLimit})`,
      );
    }
  }
}
