import type { PeerName } from '../peers/peer.ts';
import type { Row } from '../report.ts';
import { runDispatch } from './alerting-dispatch.ts';
import { runPageLatency } from './alerting-latency.ts';
import { runRehearsal } from './alerting-rehearsal.ts';
import { runRules } from './alerting-rules.ts';

export interface AlertingSuiteOptions {
  readonly rules: number;
  readonly seriesOfRule: number;
  /** Rounds of evaluation that are measured. */
  readonly rounds: number;
  readonly pages: number;
  readonly rehearsedRules: number;
  readonly rehearsedSeries: number;
  readonly rehearsedDays: number;
}

/** The price of rules beside Prometheus's; how fast a page is; the alert engine alone; a rehearsal over stored data. */
export async function runAlerting(names: readonly PeerName[], options: AlertingSuiteOptions): Promise<readonly Row[]> {
  const rows: Row[] = [...runDispatch()];
  rows.push(...(await runRules(names, options)));
  if (!names.includes('petrel')) return rows;
  rows.push(...(await runPageLatency(options.pages)));
  rows.push(await runRehearsal(options));
  return rows;
}
