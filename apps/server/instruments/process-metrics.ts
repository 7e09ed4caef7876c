import { readdirSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { OwnInstruments } from './registry.ts';

export interface BuildLabels {
  readonly version: string;
  readonly revision: string;
}

/** The process as Prometheus's client libraries describe it, plus what is Node's own: event loop lag, heap, garbage collection. */
export function registerProcessMetrics(instruments: OwnInstruments, build: BuildLabels): void {
  const startSeconds = Date.now() / 1000 - process.uptime();
  instruments.observableCounter('process_cpu_seconds_total', 'Total user and system CPU time spent in seconds.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  instruments.observableGauge('process_resident_memory_bytes', 'Resident memory size in bytes.', () =>
    process.memoryUsage.rss(),
  );
  instruments.observableGauge('process_virtual_memory_bytes', 'Virtual memory size in bytes.', virtualBytes);
  instruments.observableGauge(
    'process_start_time_seconds',
    'Start time of the process since unix epoch in seconds.',
    () => startSeconds,
  );
  instruments.observableGauge('process_open_fds', 'Number of open file descriptors.', openFiles);
  instruments.observableGauge('process_max_fds', 'Maximum number of open file descriptors.', maxFiles);
  instruments.observableGauge('nodejs_heap_size_used_bytes', 'Heap in use.', () => getHeapStatistics().used_heap_size);
  instruments.observableGauge(
    'nodejs_heap_size_total_bytes',
    'Heap taken from the system.',
    () => getHeapStatistics().total_heap_size,
  );
  instruments.observableGauge('nodejs_external_memory_bytes', 'Memory of buffers outside the heap.', () => {
    const { external, arrayBuffers } = process.memoryUsage();
    return Math.max(external, arrayBuffers);
  });
  registerLoopLag(instruments);
  registerGarbageCollection(instruments);
  instruments
    .gauge('petrel_build_info', 'Always 1; the labels say what runs.', ['version', 'revision', 'node'])
    .set(1, build.version, build.revision, process.versions.node);
}

function registerLoopLag(instruments: OwnInstruments): void {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  // The monitor counts its own interval of 10 ms.
  const seconds = (ns: number): number => (Number.isFinite(ns) ? Math.max(0, ns / 1e9 - 0.01) : 0);
  const quantiles = [50, 99, 100].map((percent) => {
    const name = percent === 100 ? 'max' : `p${percent}`;
    const help = `How late the event loop was since the last scrape: ${name}.`;
    return { percent, gauge: instruments.gauge(`nodejs_eventloop_lag_${name}_seconds`, help) };
  });
  instruments.beforeExposition(() => {
    for (const { percent, gauge } of quantiles) gauge.set(seconds(delay.percentile(percent)));
    delay.reset();
  });
}

function registerGarbageCollection(instruments: OwnInstruments): void {
  const seconds = instruments.histogram(
    'nodejs_gc_duration_seconds',
    'Pauses by kind of garbage collection.',
    ['kind'],
    [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1],
  );
  const kinds: Readonly<Record<number, string>> = { 1: 'minor', 4: 'major', 8: 'incremental', 16: 'weakcb' };
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind = 0 } = (entry as PerformanceEntry & { detail?: { kind?: number } }).detail ?? {};
      seconds.observe(entry.duration / 1000, kinds[kind] ?? 'other');
    }
  });
  observer.observe({ entryTypes: ['gc'] });
}

function virtualBytes(): number {
  return Number(read('/proc/self/statm').split(' ')[0] || 0) * 4096;
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}

function maxFiles(): number {
  return Number(/^Max open files\s+(\d+)/m.exec(read('/proc/self/limits'))?.[1] ?? 0);
}

/** '' where there is no /proc. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
