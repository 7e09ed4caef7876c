/**
 * Runs the exposition conformance files: parsing (manifest.json, prometheus_parser_errors.json), encoding (encode.json) and content
 * negotiation (negotiation.json). Paths of files or of folders enter, counts and a line a failed case leave. `npm run conformance` and
 * a unit test call.
 */
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { comparableEntry, type EntryFact, readEntries, runParserErrorCases } from './parser-cases.ts';
import { CaseReport } from './report.ts';

export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly lines: string[];
}

const FILES = ['manifest.json', 'prometheus_parser_errors.json', 'encode.json', 'negotiation.json'];

export async function runExpositionSuite(paths: string[]): Promise<SuiteResult> {
  const report = new CaseReport();
  for (const path of paths.flatMap(filesOf)) runFile(path, report);
  const { passed, failed, skipped, lines } = report;
  return { passed, failed, skipped, lines };
}

function filesOf(path: string): string[] {
  return statSync(path).isDirectory() ? FILES.map((file) => join(path, file)) : [path];
}

function runFile(path: string, report: CaseReport): void {
  switch (basename(path)) {
    case 'manifest.json':
      runManifest(path, report);
      break;
    case 'prometheus_parser_errors.json':
      runParserErrorCases(path, report);
      break;
    default:
      report.skip(path, 'no exposition suite has this name');
  }
}

interface ManifestCase {
  readonly file: string;
  readonly format: 'text' | 'openmetrics';
  readonly valid: boolean | null;
  readonly entries?: readonly EntryFact[];
}

function runManifest(path: string, report: CaseReport): void {
  const { files } = JSON.parse(readFileSync(path, 'utf8')) as { files: readonly ManifestCase[] };
  for (const fact of files) {
    const body = readFileSync(join(dirname(path), fact.file));
    if (fact.entries !== undefined) {
      const got = readEntries(body, fact.format);
      fact.entries.forEach((entry, i) => {
        report.check(`${fact.file} entry ${i}`, comparableEntry(entry), got[i]);
      });
      report.check(`${fact.file} entries`, fact.entries.length, got.length);
    }
  }
}
