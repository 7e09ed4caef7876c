/** Expressions beyond the compliance suite's, one theme a group; each runs as an instant and as a range query. */
const METRICS = [
  'demo_memory_usage_bytes',
  'demo_cpu_usage_seconds_total',
  'demo_odd_values',
  'demo_intermittent_metric',
  'demo_ended_metric',
];

const OVER_TIME = ['sum', 'avg', 'min', 'max', 'count', 'last', 'present', 'stddev', 'stdvar'].map(
  (name) => `${name}_over_time`,
);
const RANGE_FUNCTIONS = ['rate', 'increase', 'delta', 'irate', 'idelta', 'changes', 'resets', 'deriv', ...OVER_TIME];
const MATH = [
  'abs',
  'ceil',
  'floor',
  'exp',
  'sqrt',
  'ln',
  'log2',
  'log10',
  'round',
  'sgn',
  'sin',
  'cos',
  'tanh',
  'deg',
  'rad',
  'timestamp',
  'hour',
  'day_of_week',
  'days_in_month',
];
const AGGREGATIONS = ['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar'];
const BINARY = ['+', '-', '*', '/', '%', '^', '==', '!=', '<', '>', '<=', '>=', 'and', 'or', 'unless', 'atan2'];

export const EXPRESSIONS: readonly string[] = [
  ...METRICS.flatMap((metric) => RANGE_FUNCTIONS.map((name) => `${name}(${metric}[3m])`)),
  ...MATH.map((name) => `${name}(demo_memory_usage_bytes / 1e7 - 5)`),
  ...AGGREGATIONS.flatMap((name) => [
    `${name}(demo_memory_usage_bytes)`,
    `${name} by (type) (demo_memory_usage_bytes)`,
    `${name} without (instance, job) (rate(demo_cpu_usage_seconds_total[2m]))`,
    `${name}(demo_odd_values)`,
  ]),
  ...BINARY.flatMap((op) => [
    `demo_memory_usage_bytes{type="free"} ${op} ignoring (type) demo_memory_usage_bytes{type="used"}`,
    `demo_memory_usage_bytes ${op} on (instance, type) demo_memory_usage_bytes offset 5m`,
  ]),
  ...BINARY.slice(0, 12).flatMap((op) => [
    `demo_cpu_usage_seconds_total ${op} on (instance) group_left demo_num_cpus`,
    `demo_memory_usage_bytes ${op} 100000000`,
    `2 ${op}${op.length > 1 || op === '<' || op === '>' ? ' bool' : ''} 3`,
  ]),
  ...[0.1, 0.5, 0.99].flatMap((q) => [
    `histogram_quantile(${q}, rate(demo_api_request_duration_seconds_bucket[5m]))`,
    `histogram_quantile(${q}, sum by (le) (rate(demo_api_request_duration_seconds_bucket[5m])))`,
    `quantile(${q}, demo_memory_usage_bytes)`,
    `quantile_over_time(${q}, demo_memory_usage_bytes[4m])`,
  ]),
  ...[1, 3, 100].flatMap((k) => [`topk(${k}, demo_memory_usage_bytes)`, `bottomk(${k}, demo_disk_usage_bytes)`]),
  'predict_linear(demo_disk_usage_bytes[10m], 3600)',
  'holt_winters(demo_disk_usage_bytes[10m], 0.5, 0.5)',
  'max_over_time(rate(demo_cpu_usage_seconds_total[2m])[10m:31s])',
  'sum_over_time(demo_intermittent_metric[7m:13s] offset 1m)',
  'demo_memory_usage_bytes @ start()',
  'rate(demo_cpu_usage_seconds_total[5m] @ end())',
  'demo_cpu_usage_seconds_total offset -1m',
  'absent(demo_ended_metric)',
  'absent_over_time(demo_intermittent_metric[1m])',
  'absent(nothing{job="x", instance=~"y"})',
  'clamp(demo_memory_usage_bytes, 1e8, 1.2e8)',
  'clamp_min(demo_memory_usage_bytes, 1.1e8)',
  'scalar(demo_num_cpus{instance="demo-0:10000"})',
  'vector(time())',
  'count_values("cpus", demo_num_cpus)',
  'label_replace(demo_num_cpus, "host", "$1", "instance", "(.*):.*")',
  'label_join(demo_num_cpus, "all", "-", "job", "instance")',
  'sort(demo_memory_usage_bytes)',
  'sort_desc(demo_memory_usage_bytes)',
  '{__name__=~"demo_.*_bytes", instance!~"demo-[01].*"}',
  'demo_memory_usage_bytes{type=~"b.*|free"}',
  '-demo_num_cpus ^ 2',
  'demo_num_cpus > bool 3',
  'sum(demo_odd_values > 0)',
  'avg_over_time((demo_memory_usage_bytes > 1e8)[5m:30s])',
  'demo_disk_usage_bytes / demo_disk_total_bytes > 0.3 or demo_num_cpus',
  'demo_memory_usage_bytes unless on (instance) demo_intermittent_metric',
];
