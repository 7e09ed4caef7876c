import type { LedgerEntryData } from '@petrel/api/contract/alerting.ts';
import { fingerprintOf, Labels } from '@petrel/model';
import type { GettableSilence } from './alertmanager/api.ts';
import type { ApiRule } from './rules/data.ts';

export const SILENCE_ID = '7c5a9b66-3f0e-4bd4-9d2c-0c8d5e1f2a3b';
const iso = (ms: number): string => new Date(ms).toISOString();

/** One silence of each state. */
export function silencesOf(nowMs: number): GettableSilence[] {
  const base = { updatedAt: iso(nowMs - 3_600_000), createdBy: 'ada@example.com' };
  return [
    {
      ...base,
      id: SILENCE_ID,
      status: { state: 'active' },
      startsAt: iso(nowMs - 3_600_000),
      endsAt: iso(nowMs + 5_400_000),
      comment: 'Search is being reindexed, latency is expected',
      matchers: [
        { name: 'alertname', value: 'HighLatency', isRegex: false, isEqual: true },
        { name: 'service', value: 'search', isRegex: false, isEqual: true },
      ],
    },
    {
      ...base,
      id: 'b1f6a2de-6c1c-4b62-9f4e-6a2f3c1d0e11',
      createdBy: 'grace',
      status: { state: 'pending' },
      startsAt: iso(nowMs + 7_200_000),
      endsAt: iso(nowMs + 14_400_000),
      comment: 'Database maintenance window',
      matchers: [
        { name: 'instance', value: 'db-.*', isRegex: true, isEqual: true },
        { name: 'severity', value: 'critical', isRegex: false, isEqual: false },
      ],
    },
    {
      ...base,
      id: 'c2a7b3ef-7d2d-4c73-8a5f-7b3a4d2e1f22',
      status: { state: 'expired' },
      startsAt: iso(nowMs - 90_000_000),
      endsAt: iso(nowMs - 86_400_000),
      comment: 'Load test',
      matchers: [{ name: 'cluster', value: 'us-2', isRegex: false }],
    },
  ];
}

/** A day of going back and forth, for the first alerts of a rule. */
export function historyOf(rule: ApiRule, nowMs: number): readonly LedgerEntryData[] {
  return (rule.alerts ?? []).slice(0, 14).flatMap((alert, lane) =>
    [22, 21.8, 17 - lane * 0.4, 9 + lane * 0.2, 8.9 + lane * 0.2, 5, 3 - lane * 0.1, 2.9 - lane * 0.1].map(
      (hoursAgo, step): LedgerEntryData => {
        const reason = ['pending', 'firing', 'inactive', 'pending', 'firing', 'inactive', 'pending', 'firing'][
          step
        ] as string;
        return {
          time: iso(nowMs - hoursAgo * 3_600_000),
          kind: 'evaluation',
          fingerprints: [fingerprintOf(Labels.of(alert.labels))],
          alertname: rule.name,
          labels: alert.labels,
          groupKey: '',
          receiver: '',
          integration: '',
          reason,
          detail: { value: alert.value },
          text: `${rule.name} of ${alert.labels.instance} became ${reason}, value ${alert.value}`,
        };
      },
    ),
  );
}
