import { useQuery } from '@tanstack/react-query';
import { askApi } from '../../../shell/prometheus-api.ts';
import type { LabelMap } from '../labels/labels-text.ts';
import type { GettableAlert, GettableGroup, GettableSilence } from './api.ts';
import { askAlertmanager } from './api.ts';

/** An alert as Prometheus's API answers it: it knows pending ones and values. */
export interface RuleAlert {
  readonly labels: LabelMap;
  readonly annotations: LabelMap;
  readonly state: string;
  readonly activeAt?: string;
  readonly value: string;
  readonly keepFiringSince?: string;
  /** The rule's data stopped coming, and the alert is kept as it was. */
  readonly missing?: boolean;
}

const REFRESH_MS = 10_000;

/** Alerts change all the time, so comparing ten thousand of them with the last answer costs more than it saves. */
const LIVE = { refetchInterval: REFRESH_MS, structuralSharing: false, gcTime: 300_000 } as const;

export function useGroups() {
  return useQuery({
    queryKey: ['alerts', 'groups'],
    ...LIVE,
    queryFn: ({ signal }) => askAlertmanager<readonly GettableGroup[]>('alerts/groups', signal),
  });
}

/** All alerts that the alert engine knows, each once. */
export function useKnownAlerts() {
  return useQuery({
    queryKey: ['alerts', 'known'],
    ...LIVE,
    queryFn: ({ signal }) => askAlertmanager<readonly GettableAlert[]>('alerts', signal),
  });
}

export function useRuleAlerts() {
  return useQuery({
    queryKey: ['alerts', 'of rules'],
    ...LIVE,
    queryFn: async ({ signal }) =>
      (await askApi<{ readonly alerts: readonly RuleAlert[] }>('alerts', undefined, signal)).data.alerts,
  });
}

export function useSilences() {
  return useQuery({
    queryKey: ['alerts', 'silences'],
    refetchInterval: REFRESH_MS,
    queryFn: ({ signal }) => askAlertmanager<readonly GettableSilence[]>('silences', signal),
  });
}
