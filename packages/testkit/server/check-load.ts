import type { CheckedLoad } from './checked-load.ts';
import { sampleValue } from './checked-load.ts';
import type { SenderLedger } from './checked-senders.ts';
import { queryInstant, queryRaw } from './prometheus-api.ts';

export interface LoadCheck {
  /** Acknowledged samples that were asked for. */
  readonly acknowledged: number;
  /** Found beyond the acknowledged ones, from requests whose answer was lost. */
  readonly surplus: number;
  /** Acknowledged, and not there or with another value; the first few, in words. */
  readonly lost: readonly string[];
  readonly lostCount: number;
}

/**
 * Compares what is stored with what was acknowledged: for each series `count_over_time`, for those whose every sample was acknowledged
 * `sum_over_time` (where the values are those of `sampleValue`), each sample of the first `rawSeries` series of each sender by a range vector, and each series that was born on the way.
 */
export async function checkLoad(load: CheckedLoad, rawSeries: number): Promise<LoadCheck> {
  const report = new Report();
  for (const ledger of load.ledgers) {
    await checkAggregates(load, ledger, report);
    for (let series = 0; series < rawSeries; series++) await checkRaw(load, ledger, series, report);
    await checkBirths(load, ledger, report);
  }
  return report;
}

class Report implements LoadCheck {
  acknowledged = 0;
  surplus = 0;
  lostCount = 0;
  readonly lost: string[] = [];

  lose(count: number, words: string): void {
    this.lostCount += count;
    if (this.lost.length < 20) this.lost.push(words);
  }
}

/** The time of the last sample that may exist, and a range that reaches from there to before the first. */
function rangeOf({ options }: CheckedLoad, ledger: SenderLedger): { timeS: number; range: string } {
  const requests = Math.max(-1, ...ledger.acknowledged, ...ledger.unknown) + 1;
  const lastMs = options.baseMs + (requests * options.samples - 1) * options.stepMs;
  return { timeS: lastMs / 1000, range: `${lastMs - options.baseMs + 1}ms` };
}

async function checkAggregates(load: CheckedLoad, ledger: SenderLedger, report: Report): Promise<void> {
  const { url, metric, series, samples } = load.options;
  const { timeS, range } = rangeOf(load, ledger);
  const selector = `${metric}{sender="${ledger.sender}"}[${range}]`;
  const counts = new Map<string, number>();
  for (const one of await queryInstant(url, `count_over_time(${selector})`, timeS)) {
    counts.set(one.metric.series as string, Number(one.value[1]));
  }
  const least = ledger.acknowledged.size * samples;
  const most = least + ledger.unknown.size * samples;
  report.acknowledged += least * series;
  for (let number = 0; number < series; number++) {
    const count = counts.get(`${number}`) ?? 0;
    if (count < least) report.lose(least - count, `sender ${ledger.sender}, series ${number}: ${count} of ${least}`);
    else report.surplus += count - least;
    if (count > most) report.lose(1, `sender ${ledger.sender}, series ${number}: ${count}, sent were ${most}`);
  }
  if (ledger.unknown.size > 0 || load.options.value !== undefined) return;
  const total = ledger.acknowledged.size * samples;
  const sumOfIndexes = (total * (total - 1)) / 2;
  for (const one of await queryInstant(url, `sum_over_time(${selector})`, timeS)) {
    const number = Number(one.metric.series);
    const expected = sumOfIndexes * 1_000 + total * sampleValue(ledger.sender, number, 0);
    if (Number(one.value[1]) !== expected) {
      report.lose(1, `sender ${ledger.sender}, series ${number}: sum ${one.value[1]}, expected ${expected}`);
    }
  }
}

async function checkRaw(load: CheckedLoad, ledger: SenderLedger, number: number, report: Report): Promise<void> {
  const { url, metric, samples, baseMs, stepMs, value = sampleValue } = load.options;
  const { timeS, range } = rangeOf(load, ledger);
  const selector = `${metric}{sender="${ledger.sender}",series="${number}"}[${range}]`;
  const [found] = await queryRaw(url, selector, timeS);
  const byTime = new Map((found?.values ?? []).map(([seconds, text]) => [Math.round(seconds * 1000), text]));
  for (const requests of [ledger.acknowledged, ledger.unknown]) {
    for (const request of requests) {
      for (let index = request * samples; index < (request + 1) * samples; index++) {
        const text = byTime.get(baseMs + index * stepMs);
        // What nobody acknowledged may be missing, but must not be wrong.
        if (text === undefined && requests === ledger.unknown) continue;
        const expected = value(ledger.sender, number, index);
        if (text !== undefined && Number(text) === expected) continue;
        report.lose(1, `sender ${ledger.sender}, series ${number}, sample ${index}: ${text}, expected ${expected}`);
      }
    }
  }
}

async function checkBirths(load: CheckedLoad, ledger: SenderLedger, report: Report): Promise<void> {
  const { url, metric, baseMs, value = sampleValue } = load.options;
  const born = await queryInstant(url, `${metric}_births{sender="${ledger.sender}"}`, baseMs / 1000);
  const found = new Map(born.map((one) => [Number(one.metric.request), Number(one.value[1])]));
  report.acknowledged += ledger.acknowledged.size;
  for (const request of ledger.acknowledged) {
    const expected = value(ledger.sender, 0, request);
    if (found.get(request) === expected) continue;
    report.lose(
      1,
      `sender ${ledger.sender}, born with request ${request}: ${found.get(request)}, expected ${expected}`,
    );
  }
}
