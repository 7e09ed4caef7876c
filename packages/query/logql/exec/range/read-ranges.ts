import { Labels } from '@petrel/model';
import type { Column } from '../../../promql/exec/columns.ts';
import { unlabelled } from '../../../promql/exec/columns.ts';
import type { Grid } from '../../../promql/plan/plan-node.ts';
import type { RangeAggregation, Stage } from '../../parse/ast.ts';
import type { LogPlan } from '../../plan/log-plan.ts';
import { planLogSelector } from '../../plan/plan-log-selector.ts';
import type { RangeNeed } from '../../plan/range-needs.ts';
import { refinePlan } from '../../plan/refine-plan.ts';
import { textOf } from '../../plan/variants.ts';
import { readBlocks } from '../lines/read-blocks.ts';
import type { LogWork } from '../log-work.ts';
import { compilePipeline } from '../stages/compile-pipeline.ts';
import { filterLabels } from '../stages/required-labels.ts';
import { countRange } from './count-ranges.ts';
import { RangeTask } from './range-task.ts';
import { seriesLabels } from './series-numbers.ts';
import type { RangeWindows } from './windows.ts';
import { lastNs, windowsOf } from './windows.ts';

/** The windows of every range aggregation, over all steps of the grid: counted by the source where that will do, else read, equal selectors together. */
export async function readRanges(
  needs: readonly RangeNeed[],
  grid: Grid,
  work: LogWork,
): Promise<ReadonlyMap<RangeAggregation, readonly Column[]>> {
  work.checkSteps(grid.steps);
  const jobs = await Promise.all(needs.map((need) => jobFor(need, grid, work)));
  const answers = new Map<RangeAggregation, readonly Column[]>();
  const unanswered: RangeJob[] = [];
  await Promise.all(
    jobs.map(async (job) => {
      const columns = await countRange(job.need, job.plan, job.windows, work);
      if (columns === undefined) unanswered.push(job);
      else answers.set(job.need.node, finished(job.need.node, columns, grid));
    }),
  );
  // In the order of the query, whichever declined first.
  for (const reading of readingsOf(jobs.filter((job) => unanswered.includes(job)))) {
    for (const [node, columns] of await read(reading, work)) answers.set(node, finished(node, columns, grid));
  }
  return answers;
}

async function jobFor(need: RangeNeed, grid: Grid, { source, signal }: LogWork): Promise<RangeJob> {
  const { rangeMs, offsetMs, selector } = need.node.over;
  const windows = windowsOf({ ...grid, rangeMs, offsetMs });
  const range = { startNs: windows.originNs + 1n, endNs: lastNs(windows) + 1n, signal };
  return { need, windows, plan: await refinePlan(planLogSelector(selector), source, range) };
}

interface RangeJob {
  readonly need: RangeNeed;
  readonly windows: RangeWindows;
  readonly plan: LogPlan;
}

/** Jobs over the same lines, read once. */
interface Reading {
  readonly key: string;
  readonly jobs: RangeJob[];
  startNs: bigint;
  endNs: bigint;
}

/** Jobs with equal selectors are read together when their times touch: else what lies between would be read for nothing. */
function readingsOf(jobs: readonly RangeJob[]): readonly Reading[] {
  const readings: Reading[] = [];
  for (const job of [...jobs].sort((a, b) => Number(a.windows.originNs - b.windows.originNs))) {
    const key = textOf(job.need.node.over.selector);
    const startNs = job.windows.originNs + 1n;
    const endNs = lastNs(job.windows) + 1n;
    const found = readings.find((one) => one.key === key && mayShare(one, { startNs, endNs }, job));
    if (found === undefined) {
      readings.push({ key, jobs: [job], startNs, endNs });
      continue;
    }
    found.jobs.push(job);
    if (endNs > found.endNs) found.endNs = endNs;
  }
  return readings;
}

function mayShare(
  reading: Reading,
  { startNs, endNs }: { readonly startNs: bigint; readonly endNs: bigint },
  { need }: RangeJob,
): boolean {
  // What `distinct` lets through depends on where the reading begins.
  if (need.node.over.selector.stages.some(({ kind }) => kind === 'distinct')) {
    return startNs === reading.startNs && endNs === reading.endNs;
  }
  return startNs <= reading.endNs;
}

async function read(
  { jobs, startNs, endNs }: Reading,
  work: LogWork,
): Promise<readonly (readonly [RangeAggregation, readonly Column[]])[]> {
  const tasks = jobs.map(({ need, windows }) => new RangeTask({ node: need.node, sumBy: need.sumBy, windows, work }));
  const { need } = jobs[0] as RangeJob;
  const plan = commonPlan(jobs);
  const needed = neededLabels(jobs);
  const pipeline = needed === undefined ? plan.pipeline : compilePipeline(need.node.over.selector.stages, { needed });
  const reading = {
    plan: { ...plan, pipeline },
    startNs,
    endNs,
    direction: 'forward',
    columns: columnsFor(jobs),
  } as const;
  for await (const block of readBlocks(reading, work)) {
    for (let i = 0; i < block.length; i++) {
      const line = block.process(i);
      if (work.due(LINE_WORK)) await work.pause();
      if (line === undefined) continue;
      const from = { tsNs: block.tsNs(i), stream: block.stream(i) };
      for (const task of tasks) task.take(line, from);
    }
  }
  return Promise.all(tasks.map(async (task) => [task.node, await task.columns()] as const));
}

/** A line costs about as much as so many values. */
const LINE_WORK = 50;

/** Of jobs at different times: streams may have had other labels then, and something else follows from that. */
function commonPlan(jobs: readonly RangeJob[]): LogPlan {
  const { plan } = jobs[0] as RangeJob;
  const same = jobs.every((job) => textOf(job.plan.predicate) === textOf(plan.predicate));
  if (same) return plan;
  const { predicate: _unused, ...rest } = plan;
  return { ...rest, exact: false };
}

/** The labels that any of the jobs looks at; undefined where one needs all. Parsers need not extract the others. */
function neededLabels(jobs: readonly RangeJob[]): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const { need } of jobs) {
    const by = seriesLabels(need.node, need.sumBy);
    if (by.kind !== 'by') return undefined;
    const { unwrap } = need.node.over;
    const filters = unwrap?.filters.flatMap(filterLabels) ?? [];
    for (const name of [...by.names, ...filters, ...(unwrap === undefined ? [] : [unwrap.label])]) names.add(name);
  }
  return names;
}

function columnsFor(jobs: readonly RangeJob[]): readonly ('line' | 'metadata' | 'level')[] {
  const needsLine = jobs.some(({ need: { node } }) => {
    const { stages } = node.over.selector;
    return node.func === 'bytes_over_time' || node.func === 'bytes_rate' || stages.some(readsLine);
  });
  return needsLine ? ['line', 'metadata', 'level'] : ['metadata', 'level'];
}

/** Stages that look at labels alone need no lines; a template may ask for the line. */
function readsLine(stage: Stage): boolean {
  switch (stage.kind) {
    case 'labelFilter':
    case 'drop':
    case 'keep':
    case 'distinct':
      return false;
    case 'labelFormat':
      return stage.assignments.some(({ source }) => source.kind === 'template');
    default:
      return true;
  }
}

/** Series in the order of their labels, so that ties are settled the same way every time; for absent_over_time, what is missing. */
function finished(node: RangeAggregation, columns: readonly Column[], grid: Grid): readonly Column[] {
  if (node.func === 'absent_over_time') return absence(node, columns, grid);
  return [...columns].sort((a, b) => Labels.compare(a.labels, b.labels));
}

function absence({ over }: RangeAggregation, columns: readonly Column[], { steps }: Grid): readonly Column[] {
  const missing = unlabelled(new Float64Array(steps).fill(1));
  for (const { present } of columns) {
    for (let k = 0; k < steps; k++) if (present[k] === 1) missing.present[k] = 0;
  }
  return missing.present.includes(1) ? [{ ...missing, labels: absentLabels(over.selector.matchers) }] : [];
}

/** The labels that equality matchers give, unless another matcher has something to say about the same one. */
function absentLabels(matchers: RangeAggregation['over']['selector']['matchers']): Labels {
  const values = new Map<string, string>();
  const dropped = new Set<string>();
  for (const { type, name, value } of matchers) {
    if (name === '__name__') continue;
    if (type === '=' && !values.has(name)) values.set(name, value);
    else dropped.add(name);
  }
  return Labels.from([...values].filter(([name]) => !dropped.has(name)));
}
