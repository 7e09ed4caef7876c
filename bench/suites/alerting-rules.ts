import { Labels } from '@petrel/model';
import { send, sendAll } from '../load/send.ts';
import { encodeFleet, type Fleet, makeFleet } from '../load/series.ts';
import { cpuSeconds, sleep } from '../measure.ts';
import { type Peer, type PeerName, startPeer } from '../peers/peer.ts';
import type { Row } from '../report.ts';

const STEP_MS = 15_000;
/** Five minutes, so that the ranges of the rules are full, and some more. */
const HISTORY_SCRAPES = 24;
const RULES_OF_GROUP = 20;
const RULED: readonly PeerName[] = ['petrel', 'prometheus'];

/** What rules ask, one after the other; some fire for a few of their series. */
const CONDITIONS: readonly ((metric: string) => string)[] = [
  (metric) => `rate(${metric}[5m]) > 64`,
  (metric) =>
    `sum by (job, code) (rate(${metric}{code=~"4..|5.."}[5m])) / ignoring (code) group_left sum by (job) (rate(${metric}[5m])) > 0.35`,
  (metric) => `increase(${metric}[2m]) < 120`,
  (metric) => `${metric}{code="500"} < 1000`,
  (metric) => `topk(3, avg_over_time(${metric}[5m])) > 1e9`,
];

/**
 * Alerting rules evaluated every 15 s over series that get a sample every 15 s by remote write, in Petrel and in Prometheus. CPU of all processes,
 * taking the samples in included.
 */
export async function runRules(
  names: readonly PeerName[],
  options: { readonly rules: number; readonly seriesOfRule: number; readonly rounds: number },
): Promise<readonly Row[]> {
  const { rules, seriesOfRule, rounds } = options;
  const what = `${rules} alerting rules over ${rules * seriesOfRule} series every 15 s`;
  const cores: Row = { suite: 'alerting', what, unit: 'cores', values: {}, target: { below: 1 } };
  const round: Row = { suite: 'alerting', what: `${what}, CPU a round`, unit: 's', values: {} };
  for (const name of names.filter((one) => RULED.includes(one))) {
    const peer = await startPeer(name, { files: (folder) => filesOf(folder, rules) });
    try {
      const used = await measure(peer, options);
      round.values[name] = used / rounds;
      cores.values[name] = used / rounds / (STEP_MS / 1000);
      console.log(`  ${name}: ${(used / rounds).toFixed(2)} CPU s a round; ${await stateOfRules(peer, rules)}`);
    } finally {
      await peer.stop();
    }
  }
  return [cores, round];
}

function filesOf(folder: string, rules: number): Readonly<Record<string, string>> {
  const groups = Array.from({ length: Math.ceil(rules / RULES_OF_GROUP) }, (_, group) => ({
    name: `group-${group}`,
    rules: Array.from({ length: Math.min(RULES_OF_GROUP, rules - group * RULES_OF_GROUP) }, (__, i) => {
      const number = group * RULES_OF_GROUP + i;
      const condition = CONDITIONS[number % CONDITIONS.length] as (metric: string) => string;
      return {
        alert: `Rule${number}`,
        expr: condition(metricOf(number)),
        for: '30s',
        labels: { severity: 'page' },
        annotations: { summary: '{{ $labels.job }} is at {{ $value | humanize }}' },
      };
    }),
  }));
  return {
    'rules.yml': JSON.stringify({ groups }),
    'config.yml': `global: { scrape_interval: 15s, evaluation_interval: 15s }\nscrape_configs: []\nrule_files: ['${folder}/rules.yml']\n`,
  };
}

function metricOf(rule: number): string {
  return `ruled_${rule}_total`;
}

/** CPU seconds of the rounds that are measured. */
async function measure(
  peer: Peer,
  { rules, seriesOfRule, rounds }: { readonly rules: number; readonly seriesOfRule: number; readonly rounds: number },
): Promise<number> {
  const fleet = ruledFleet(rules, seriesOfRule);
  const shape = { stepMs: STEP_MS, seriesPerRequest: 5000 };
  const startMs = Date.now() - HISTORY_SCRAPES * STEP_MS;
  await sendAll(
    peer.writeUrl,
    encodeFleet(fleet, { ...shape, startMs, scrapes: HISTORY_SCRAPES, scrapesPerRequest: 8 }),
  );
  let nextMs = startMs + HISTORY_SCRAPES * STEP_MS;
  let before = 0;
  // The first rounds belong to the catching up: merges, caches, code that gets warm.
  for (let scrape = -3; scrape < rounds; scrape++) {
    await sleep(nextMs - Date.now());
    if (scrape === 0) before = cpuSeconds(peer.pid);
    await sendAll(peer.writeUrl, encodeFleet(fleet, { ...shape, startMs: nextMs, scrapes: 1 }));
    nextMs += STEP_MS;
  }
  await sleep(nextMs - Date.now());
  return cpuSeconds(peer.pid) - before;
}

function ruledFleet(rules: number, seriesOfRule: number): Fleet {
  const fleet = makeFleet('x', rules * seriesOfRule);
  const labels = fleet.labels.map((own, i) =>
    Labels.of({ ...own.toObject(), __name__: metricOf(Math.floor(i / seriesOfRule)) }),
  );
  return { labels, next: () => fleet.next() };
}

/** Fails when a rule failed: it would have cost nothing. */
async function stateOfRules(peer: Peer, rules: number): Promise<string> {
  interface RuleState {
    readonly name: string;
    readonly health: string;
    readonly lastError?: string;
    readonly alerts: readonly { readonly state: string }[];
  }
  const { text } = await send(`${peer.apiUrl}/rules`, { keepText: true });
  const { data } = JSON.parse(text) as {
    data: { groups: { rules: RuleState[]; evaluationTime: number }[] };
  };
  const all = data.groups.flatMap((group) => group.rules);
  const bad = all.filter(({ health }) => health !== 'ok');
  if (all.length !== rules || bad.length > 0)
    throw new Error(`${peer.name}: ${all.length} rules, ${bad.length} failed: ${bad[0]?.name} ${bad[0]?.lastError}`);
  const firing = all.flatMap(({ alerts }) => alerts).filter(({ state }) => state === 'firing').length;
  const seconds = data.groups.reduce((sum, { evaluationTime }) => sum + evaluationTime, 0);
  return `${all.length} rules are well, ${firing} alerts fire, ${seconds.toFixed(2)} s of evaluation time in the last round`;
}
