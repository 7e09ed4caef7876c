import { readFileSync } from 'node:fs';
import type { StoreStatus } from '@petrel/api/contract/prometheus.ts';
import type { Instruments } from '@petrel/model';
import type { Stores } from '@petrel/store/embedded/index.ts';

const NAMES = ['clickhouse', 'postgres'] as const;
const PAGE_BYTES = 4096;
/** Linux counts process times in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** How the two stores are, for the status page. */
export function storeStatus(stores: Stores | undefined): readonly StoreStatus[] {
  if (stores === undefined) return NAMES.map((name) => ({ name, embedded: true, state: 'starting', memory: 0 }));
  const status = stores.status();
  const pids = stores.pids();
  return NAMES.map((name) => ({
    name,
    embedded: status[name] !== 'external',
    state: status[name],
    memory: residentBytes(pids[name]),
  }));
}

/** CPU and memory of the embedded stores, so that a scrape of Petrel shows all of it. */
export function registerStoreMetrics(instruments: Instruments, stores: Stores): void {
  for (const name of NAMES) {
    instruments.observableGauge(
      `petrel_${name}_resident_memory_bytes`,
      `Resident memory of the embedded ${name}; 0 when it is not embedded.`,
      () => residentBytes(stores.pids()[name]),
    );
    instruments.observableGauge(
      `petrel_${name}_cpu_seconds`,
      `CPU time of the embedded ${name} since it was started last; 0 when it is not embedded.`,
      () => cpuSeconds(stores.pids()[name]),
    );
    instruments.observableGauge(`petrel_${name}_up`, `Whether ${name} serves (1 also when it is not embedded).`, () =>
      ['ready', 'external'].includes(stores.status()[name]) ? 1 : 0,
    );
  }
}

function residentBytes(pid: number | undefined): number {
  return Number(procFile(pid, 'statm').split(' ')[1] ?? 0) * PAGE_BYTES;
}

function cpuSeconds(pid: number | undefined): number {
  // The command's name may hold blanks and brackets: count from behind its last bracket.
  const stat = procFile(pid, 'stat');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}

function procFile(pid: number | undefined, name: string): string {
  if (pid === undefined) return '';
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
