/**
 * `npm run bench -- [queries|ingest|memory|disk|alerting|logs …] [--small]`: Petrel beside Prometheus and VictoriaMetrics on the same data in one run.
 * Prints a table with ratios and writes it to bench/results as JSON.
 */
import type { Peer, PeerName } from './peers/peer.ts';
import { isInstalled, startPeer } from './peers/peer.ts';
import type { Row } from './report.ts';
import { formatTable, meetsTarget, writeResults } from './report.ts';
import { runAlerting } from './suites/alerting.ts';
import { runDisk } from './suites/disk.ts';
import { runIngest } from './suites/ingest.ts';
import { runLogs } from './suites/logs.ts';
import { runMemory } from './suites/memory.ts';
import { runQueries } from './suites/queries.ts';

const SUITES = ['queries', 'ingest', 'memory', 'disk', 'alerting', 'logs'] as const;
type Suite = (typeof SUITES)[number];

const args = process.argv.slice(2);
const small = args.includes('--small');
const only = args
  .find((arg) => arg.startsWith('--only='))
  ?.slice('--only='.length)
  .split(',');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const unknown = wanted.filter((name) => !SUITES.includes(name as Suite));
if (unknown.length > 0) {
  console.error(`bench: there is no suite ${unknown.join(', ')}; there are ${SUITES.join(', ')}`);
  process.exit(2);
}
const suites: readonly Suite[] = wanted.length === 0 ? SUITES : (wanted as Suite[]);
const everyone: readonly PeerName[] = ['petrel', 'prometheus', 'victoria-metrics'];
const chosen = everyone.filter((name) => only === undefined || only.includes(name));
const names = chosen.filter(isInstalled);
for (const name of chosen) if (!names.includes(name)) console.log(`${name} is not installed: its column stays empty`);

const ALERTING = {
  rules: 1_000,
  seriesOfRule: 100,
  rounds: 8,
  pages: 20,
  rehearsedRules: 50,
  rehearsedSeries: 10_000,
  rehearsedDays: 7,
};
const SMALL_ALERTING = { ...ALERTING, rules: 100, rounds: 2, pages: 5, rehearsedSeries: 1_000, rehearsedDays: 1 };

const rows: Row[] = [];
for (const suite of suites) {
  console.log(`\n${suite}`);
  rows.push(...(await runSuite(suite)));
}
console.log(`\n${formatTable(rows)}`);
console.log(`\nwritten to ${writeResults('bench/results', rows)}`);
const missed = rows.filter((row) => meetsTarget(row) === false);
console.log(missed.length === 0 ? 'every target is met' : `${missed.length} of ${rows.length} targets are missed`);
process.exit(0);

async function runSuite(suite: Suite): Promise<readonly Row[]> {
  switch (suite) {
    case 'ingest':
      return runIngest(names, small ? { series: 10_000, scrapes: 20 } : { series: 100_000, scrapes: 20 });
    case 'memory':
      return runMemory(names, small ? 100_000 : 1_000_000);
    case 'disk':
      return runDisk(names, { scrapes: small ? 60 : 480, everyMs: 100, instances: 4 });
    case 'logs':
      return runLogs(small ? { lines: 500_000, runs: 5 } : { lines: 5_000_000, runs: 15 });
    case 'alerting':
      return runAlerting(names, small ? SMALL_ALERTING : ALERTING);
    case 'queries': {
      const peers: Peer[] = [];
      try {
        for (const name of names) peers.push(await startPeer(name));
        return await runQueries(
          peers,
          small ? { series: 500, hours: 1, runs: 3 } : { series: 5000, hours: 6, runs: 7 },
        );
      } finally {
        for (const peer of peers) await peer.stop();
      }
    }
  }
}
