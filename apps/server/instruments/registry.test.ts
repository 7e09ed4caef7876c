import { describe, expect, it } from 'vitest';
import { registerProcessMetrics } from './process-metrics.ts';
import { createInstruments } from './registry.ts';

describe('instruments', () => {
  it('writes counters, gauges and histograms in the text format', () => {
    const instruments = createInstruments();
    const requests = instruments.counter('petrel_requests_total', 'Requests \\ and\nmore.', ['code', 'path']);
    requests.add(1, '200', '/a"b\\c\n');
    requests.add(2, '200', '/a"b\\c\n');
    instruments.counter('petrel_errors_total', 'None yet.');
    const gauge = instruments.gauge('petrel_temperature', 'Warm.', ['room']);
    gauge.set(1.5, 'a');
    gauge.set(Number.POSITIVE_INFINITY, 'b');
    gauge.set(3, 'c');
    gauge.remove('c');
    const seconds = instruments.histogram('petrel_seconds', 'Time.', ['op'], [0.1, 1]);
    for (const value of [0.05, 0.1, 0.5, 7]) seconds.observe(value, 'read');
    let open = 4;
    instruments.observableGauge('petrel_open', 'Open now.', () => open++);
    expect(instruments.exposition()).toBe(`# HELP petrel_errors_total None yet.
# TYPE petrel_errors_total counter
petrel_errors_total 0
# HELP petrel_open Open now.
# TYPE petrel_open gauge
petrel_open 4
# HELP petrel_requests_total Requests \\\\ and\\nmore.
# TYPE petrel_requests_total counter
petrel_requests_total{code="200",path="/a\\"b\\\\c\\n"} 3
# HELP petrel_seconds Time.
# TYPE petrel_seconds histogram
petrel_seconds_bucket{op="read",le="0.1"} 2
petrel_seconds_bucket{op="read",le="1"} 3
petrel_seconds_bucket{op="read",le="+Inf"} 4
petrel_seconds_sum{op="read"} 7.65
petrel_seconds_count{op="read"} 4
# HELP petrel_temperature Warm.
# TYPE petrel_temperature gauge
petrel_temperature{room="a"} 1.5
petrel_temperature{room="b"} +Inf
`);
    expect(instruments.exposition()).toContain('petrel_open 5\n');
  });

  it('gives two users of one name the same metric, and refuses a different one', () => {
    const instruments = createInstruments();
    instruments.counter('a_total', 'A.', ['x']).add(1, 'y');
    instruments.counter('a_total', 'A.', ['x']).add(1, 'y');
    expect(instruments.exposition()).toContain('a_total{x="y"} 2\n');
    expect(() => instruments.gauge('a_total', 'A.', ['x'])).toThrow('declared twice');
    expect(() => instruments.counter('a_total', 'A.')).toThrow('declared twice');
    expect(() => instruments.counter('b_total', 'B.', ['x']).add(1)).toThrow('got 0 label values for x');
  });

  it('shows the process', () => {
    const instruments = createInstruments();
    registerProcessMetrics(instruments, { version: '1', revision: 'r' });
    const text = instruments.exposition();
    const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(1e7);
    expect(value('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(Math.abs(value('process_start_time_seconds') + process.uptime() - Date.now() / 1000)).toBeLessThan(1);
    expect(value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
    expect(text).toContain(`petrel_build_info{version="1",revision="r",node="${process.versions.node}"} 1\n`);
  });
});
