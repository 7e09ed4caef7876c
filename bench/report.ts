import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { PeerName } from './peers/peer.ts';

/** One line of the table: a figure for each peer, smaller is better unless the target says otherwise, and what the project demands of Petrel / Prometheus. */
export interface Row {
  readonly suite: string;
  readonly what: string;
  readonly unit: string;
  readonly values: Partial<Record<PeerName, number>>;
  readonly target?: Target;
}

/** Petrel must be at most `ratio` times Prometheus plus `plus`; or below `below`, or at least `above`, whatever others do. */
export type Target =
  | { readonly ratio: number; readonly plus?: number }
  | { readonly below: number }
  | { readonly above: number };

export function meetsTarget(row: Row): boolean | undefined {
  const { petrel, prometheus } = row.values;
  if (row.target === undefined || petrel === undefined) return undefined;
  if ('below' in row.target) return petrel < row.target.below;
  if ('above' in row.target) return petrel >= row.target.above;
  if (prometheus === undefined) return undefined;
  return petrel <= prometheus * row.target.ratio + (row.target.plus ?? 0);
}

const TITLES: Readonly<Record<PeerName, string>> = {
  petrel: 'Petrel',
  prometheus: 'Prometheus',
  'victoria-metrics': 'VictoriaMetrics',
  'victoria-logs': 'VictoriaLogs',
};

/** A column for every peer that has a figure, and one for its ratio to Petrel's. */
export function formatTable(rows: readonly Row[]): string {
  const names = (Object.keys(TITLES) as PeerName[]).filter((name) => rows.some(({ values }) => name in values));
  const others = names.filter((name) => name !== 'petrel');
  const header = ['', ...names.map((name) => TITLES[name]), ...others.map((name) => `/ ${TITLES[name]}`), 'target', ''];
  const lines = rows.map((row) => {
    const verdict = meetsTarget(row);
    return [
      `${row.what} (${row.unit})`,
      ...names.map((name) => figure(row.values[name])),
      ...others.map((name) => ratio(row.values.petrel, row.values[name])),
      targetText(row),
      verdict === undefined ? '' : verdict ? 'met' : 'MISSED',
    ];
  });
  const table = [header, header.map(() => '---'), ...lines];
  return table.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function targetText({ target, unit }: Row): string {
  if (target === undefined) return '';
  if ('below' in target) return `< ${target.below} ${unit}`;
  if ('above' in target) return `≥ ${target.above} ${unit}`;
  return `≤ ${target.ratio}${target.plus === undefined ? '' : ` + ${target.plus} ${unit}`}`;
}

/** Writes bench/results/<date>.json and gives its path. */
export function writeResults(folder: string, rows: readonly Row[]): string {
  mkdirSync(folder, { recursive: true });
  const date = new Date().toISOString();
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    node: process.version,
  };
  const path = join(folder, `${date.slice(0, 16).replaceAll(':', '')}.json`);
  const verdicts = rows.map((row) => ({ ...row, met: meetsTarget(row) ?? null }));
  writeFileSync(path, `${JSON.stringify({ date, machine, rows: verdicts }, null, 2)}\n`);
  return path;
}

function figure(value: number | undefined): string {
  return value === undefined ? '–' : value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function ratio(a: number | undefined, b: number | undefined): string {
  return a === undefined || b === undefined || b === 0 ? '–' : (a / b).toFixed(2);
}
