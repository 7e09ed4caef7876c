import { LogLines, RARE_WORD } from '../load/log-lines.ts';
import { send } from '../load/send.ts';
import { cpuSeconds, median, settle, settleDisk, sleep } from '../measure.ts';
import type { Peer, PeerName } from '../peers/peer.ts';
import { isInstalled, startPeer } from '../peers/peer.ts';
import type { Row, Target } from '../report.ts';
import { measureTail } from './log-tail.ts';

export interface LogSuiteOptions {
  readonly lines: number;
  readonly runs: number;
}

/** Sections of so many lines are made beforehand and then sent: making them is not measured. */
const SECTION_LINES = 250_000;
/** A small fleet of agents. */
const CONNECTIONS = 32;
const DAY_MS = 86_400_000;

/** Lines of a day by Loki's push, then searches over HTTP; beside VictoriaLogs where it is installed. */
export async function runLogs(options: LogSuiteOptions): Promise<readonly Row[]> {
  const names: readonly PeerName[] = ['petrel', 'victoria-logs'];
  const peers: Peer[] = [];
  const rows = new Rows();
  const startMs = Date.now() - DAY_MS - 60_000;
  try {
    for (const name of names) {
      if (!isInstalled(name)) {
        console.log(`  ${name} is not installed: its column stays empty`);
        continue;
      }
      const peer = await startPeer(name);
      peers.push(peer);
      await ingest(peer, new LogLines({ lines: options.lines, startMs, spanMs: DAY_MS }), rows);
    }
    const facts = new LogLines({ lines: options.lines, startMs, spanMs: DAY_MS });
    while (facts.traceId === '' && facts.next(SECTION_LINES).length > 0);
    if (facts.traceId === '') throw new Error('no line has the trace that is looked for');
    for (const query of queriesOf(facts.traceId)) {
      for (const peer of peers)
        rows.add(query.what, 'ms', peer.name, await timeOf(peer, query, startMs, options), { below: query.belowMs });
    }
    const petrel = peers.find(({ name }) => name === 'petrel');
    if (petrel !== undefined) {
      const tailMs = await measureTail(petrel, 20);
      rows.add('live tail: push to the tailing client, median', 'ms', 'petrel', median(tailMs), { below: 1_000 });
      rows.add('live tail: push to the tailing client, slowest', 'ms', 'petrel', Math.max(...tailMs), { below: 1_000 });
    }
    return rows.all;
  } finally {
    for (const peer of peers) await peer.stop();
  }
}

class Rows {
  readonly #rows = new Map<string, Row>();

  add(what: string, unit: string, name: PeerName, value: number, target?: Target): void {
    const row = this.#rows.get(what) ?? {
      suite: 'logs',
      what,
      unit,
      values: {},
      ...(target === undefined ? {} : { target }),
    };
    this.#rows.set(what, row);
    row.values[name] = value;
    console.log(`  ${name}: ${what}: ${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ${unit}`);
  }

  get all(): readonly Row[] {
    return [...this.#rows.values()];
  }
}

async function ingest(peer: Peer, load: LogLines, rows: Rows): Promise<void> {
  const before = cpuSeconds(peer.pid);
  let sendingMs = 0;
  let lines = 0;
  let rawBytes = 0;
  for (;;) {
    const requests = load.next(SECTION_LINES);
    if (requests.length === 0) break;
    const begin = performance.now();
    const waiting = requests.values();
    const sender = async () => {
      for (const { body } of waiting) await push(peer, body);
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, sender));
    sendingMs += performance.now() - begin;
    for (const request of requests) {
      lines += request.lines;
      rawBytes += request.rawBytes;
    }
  }
  await settle(peer.pid, 120_000);
  const cpu = cpuSeconds(peer.pid) - before;
  const millions = lines / 1e6;
  console.log(
    `  ${peer.name}: ${lines} lines of ${(rawBytes / lines).toFixed(0)} bytes${load.hasRealLines ? ', a fifth of them real' : ''}`,
  );
  rows.add('lines a second by Loki push', '1/s', peer.name, lines / (sendingMs / 1000), { above: 150_000 });
  rows.add('CPU for a million lines, merges included', 's', peer.name, cpu / millions);
  await peer.compact();
  const disk = await settleDisk(peer.dataDir, 600_000);
  rows.add('disk, bytes a line', 'B', peer.name, disk / lines);
  rows.add('disk, share of the raw text, indices included', '1', peer.name, disk / rawBytes, { below: 0.3 });
}

async function push(peer: Peer, body: Uint8Array): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const answer = await send(peer.pushUrl, {
      body,
      headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
    });
    if (answer.status < 300) return;
    if ((answer.status !== 429 && answer.status !== 503) || attempt > 200)
      throw new Error(`${peer.name} answered ${answer.status}: ${answer.text}`);
    await sleep(50);
  }
}

interface Search {
  readonly what: string;
  readonly belowMs: number;
  /** LogQL for Petrel, and its path and further parameters. */
  readonly logql: string;
  readonly limit?: number;
  readonly step?: number;
  /** The same in LogsQL. */
  readonly logsql: string;
}

function queriesOf(traceId: string): readonly Search[] {
  return [
    {
      what: 'one trace id in all lines',
      belowMs: 50,
      logql: `{env="prod"} |= "${traceId}"`,
      logsql: `trace_id:="${traceId}"`,
      limit: 100,
    },
    {
      what: 'one rare word in all lines',
      belowMs: 50,
      logql: `{env="prod"} |= "${RARE_WORD}"`,
      logsql: RARE_WORD,
      limit: 100,
    },
    {
      what: 'newest 100 of {service="checkout"} |= "payment"',
      belowMs: 50,
      logql: '{service="checkout"} |= "payment"',
      logsql: '{service="checkout"} payment',
      limit: 100,
    },
    {
      what: 'newest 100 of | json | level="ERROR"',
      belowMs: 50,
      logql: '{service="checkout"} | json | level="ERROR"',
      logsql: '{service="checkout"} level:="ERROR"',
      limit: 100,
    },
    {
      what: 'rate({service="checkout"} |= "ERROR" [5m]) over the day',
      belowMs: 300,
      logql: 'rate({service="checkout"} |= "ERROR" [5m])',
      logsql: '{service="checkout"} level:="ERROR" | stats by (_time:5m) count() n',
      step: 300,
    },
  ];
}

/** Median of the runs; the first is not counted. */
async function timeOf(peer: Peer, search: Search, startMs: number, { runs }: LogSuiteOptions): Promise<number> {
  const endMs = startMs + DAY_MS + 60_000;
  const params =
    peer.name === 'petrel'
      ? {
          query: search.logql,
          start: `${startMs}000000`,
          end: `${endMs}000000`,
          direction: 'backward',
          ...(search.limit === undefined ? {} : { limit: String(search.limit) }),
          ...(search.step === undefined ? {} : { step: String(search.step) }),
        }
      : {
          query: search.logsql,
          start: new Date(startMs).toISOString(),
          end: new Date(endMs).toISOString(),
          ...(search.limit === undefined ? {} : { limit: String(search.limit) }),
        };
  const path = peer.name === 'petrel' ? '/loki/api/v1/query_range' : '/select/logsql/query';
  const url = `${peer.url}${path}?${new URLSearchParams(params)}`;
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const answer = await send(url, { keepText: true });
    if (answer.status !== 200) throw new Error(`${peer.name}: ${search.what}: ${answer.status} ${answer.text}`);
    if (answer.text.length < 120) throw new Error(`${peer.name}: ${search.what}: found nothing: ${answer.text}`);
    if (run > 0) times.push(answer.elapsedMs);
  }
  return median(times);
}
