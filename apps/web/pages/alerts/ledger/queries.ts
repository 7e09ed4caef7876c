import type { LedgerData } from '@petrel/api/contract/alerting.ts';
import { useQuery } from '@tanstack/react-query';
import { useI18n } from '../../../i18n/index.tsx';
import { askApi } from '../../../shell/prometheus-api.ts';

export interface LedgerQuestion {
  readonly alertname: string;
  readonly kind: string;
  readonly rangeMs: number;
}

const LIMIT = 2000;

/** What was decided about an alert over the last `rangeMs`, newest first. */
export function useLedger({ alertname, kind, rangeMs }: LedgerQuestion) {
  const { language } = useI18n();
  return useQuery({
    queryKey: ['alerts', 'ledger', alertname, kind, rangeMs, language],
    refetchInterval: 30_000,
    queryFn: async ({ signal }) => {
      const endMs = Date.now();
      const startMs = endMs - rangeMs;
      const search = new URLSearchParams({
        start: new Date(startMs).toISOString(),
        end: new Date(endMs).toISOString(),
        alertname,
        kind,
        limit: String(LIMIT),
        lang: language,
      });
      const { data } = await askApi<LedgerData>(`petrel/ledger?${search}`, undefined, signal);
      return { startMs, endMs, entries: data.entries };
    },
  });
}
