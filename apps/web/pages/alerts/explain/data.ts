import type { ExplainData, ExplainedAlertData, LedgerEntryData } from '@petrel/api/contract/alerting.ts';
import { useQuery } from '@tanstack/react-query';
import { useI18n } from '../../../i18n/index.tsx';
import { askApi } from '../../../shell/prometheus-api.ts';
import { parseTime } from '../clock/ages.ts';

/** The chain that an alert goes through; `config` stands beside it. */
export type Stage = 'evaluation' | 'state' | 'route' | 'group' | 'suppression' | 'delivery' | 'config';

const STAGES: Readonly<Record<string, Stage>> = {
  evaluation: 'evaluation',
  received: 'state',
  resolved: 'state',
  routed: 'route',
  aggregated: 'group',
  flapping: 'group',
  suppressed: 'suppression',
  unsuppressed: 'suppression',
  silence: 'suppression',
  notified: 'delivery',
  failed: 'delivery',
  config: 'config',
};

/** How a step looks: `bad` held the alert back or went wrong, `good` brought it to somebody. */
export type Tone = 'good' | 'bad' | 'neutral';

export type TimelineItem =
  | {
      readonly kind: 'entry';
      readonly atMs: number;
      readonly stage: Stage;
      readonly tone: Tone;
      readonly entry: LedgerEntryData;
      /** Since the entry before; undefined for the first. */
      readonly gapMs: number | undefined;
    }
  /** The time that was asked about. */
  | { readonly kind: 'asked'; readonly atMs: number };

export function stageOf(kind: string): Stage {
  return STAGES[kind] ?? 'group';
}

export function toneOf({ kind }: LedgerEntryData): Tone {
  if (kind === 'notified') return 'good';
  return kind === 'failed' || kind === 'suppressed' ? 'bad' : 'neutral';
}

/** The entries in time, with a mark at the time that was asked about. */
export function toTimeline(entries: readonly LedgerEntryData[], askedMs: number): readonly TimelineItem[] {
  const sorted = entries.map((entry) => ({ entry, atMs: Date.parse(entry.time) })).sort((a, b) => a.atMs - b.atMs);
  const items: TimelineItem[] = [];
  let marked = false;
  sorted.forEach(({ entry, atMs }, index) => {
    if (!marked && atMs > askedMs) {
      items.push({ kind: 'asked', atMs: askedMs });
      marked = true;
    }
    const before = sorted[index - 1]?.atMs;
    const gapMs = before === undefined ? undefined : atMs - before;
    items.push({ kind: 'entry', atMs, stage: stageOf(entry.kind), tone: toneOf(entry), entry, gapMs });
  });
  if (!marked) items.push({ kind: 'asked', atMs: askedMs });
  return items;
}

/** Whether the alert came to somebody, to nobody, or only to some. */
export function outcomeOf({ receivers }: ExplainedAlertData): 'reached' | 'partly' | 'nobody' {
  const reached = receivers.filter((one) => one.reached).length;
  if (reached === 0) return 'nobody';
  return reached === receivers.length ? 'reached' : 'partly';
}

export interface ExplainQuestion {
  readonly alert: string;
  readonly at: string;
  readonly receiver: string;
}

/** What the server understands: times as RFC 3339, what is not given left out. A time that we cannot read goes as it is. */
export function questionParameters({ alert, at, receiver }: ExplainQuestion, nowMs: number): URLSearchParams {
  const search = new URLSearchParams({ alert: alert.trim() });
  const atMs = parseTime(at, nowMs);
  if (at.trim() !== '') search.set('at', atMs === undefined ? at : new Date(atMs).toISOString());
  if (receiver !== '') search.set('receiver', receiver);
  return search;
}

/** The sentences come in the reader's language. */
export function useExplanation(question: ExplainQuestion) {
  const { language } = useI18n();
  return useQuery({
    queryKey: ['alerts', 'explain', question, language],
    enabled: question.alert.trim() !== '',
    queryFn: async ({ signal }) => {
      const search = questionParameters(question, Date.now());
      search.set('lang', language);
      return (await askApi<ExplainData>(`petrel/explain?${search}`, undefined, signal)).data;
    },
  });
}
