import { type Alert, fingerprintOf, Labels, type LedgerEntry } from '@petrel/model';
import { compileRelabel } from '@petrel/receive';
import type { PetrelConfig } from '../config/index.ts';

/**
 * Alerts of rules as they leave: with the external labels, after alert_relabel_configs. Undefined: dropped. Prometheus does the same between its rules
 * and its Alertmanagers.
 */
export interface AlertLabels {
  alert(alert: Alert): Alert | undefined;
  /** A rule's decision, named by the alert as it leaves; one about a dropped alert keeps its own name. */
  decision(entry: LedgerEntry): LedgerEntry;
}

export function alertLabels({ externalLabels, alerting }: PetrelConfig): AlertLabels {
  const { alertRelabelConfigs } = alerting;
  if (externalLabels.size === 0 && alertRelabelConfigs.length === 0) {
    return { alert: (alert) => alert, decision: (entry) => entry };
  }
  const relabel = compileRelabel(alertRelabelConfigs);
  const apply = (labels: Labels): Labels | undefined => {
    const left = relabel(Labels.from([...externalLabels, ...labels]));
    return left === undefined || left.size === 0 ? undefined : left;
  };
  return {
    alert(alert) {
      const labels = apply(alert.labels);
      return labels === undefined ? undefined : { ...alert, labels, fingerprint: fingerprintOf(labels) };
    },
    decision(entry) {
      const labels = entry.fingerprints.length === 1 ? apply(entry.labels) : undefined;
      return labels === undefined ? entry : { ...entry, labels, fingerprints: [fingerprintOf(labels)] };
    },
  };
}
