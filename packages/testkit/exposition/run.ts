/**
 * Runs the exposition conformance files: parsing (manifest.json, prometheus_parser_errors.json), encoding (encode.json) and content
 * negotiation (negotiation.json). Paths of files or of folders enter, counts and a line a failed case leave. `npm run conformance` and
 * a unit test call.
 */
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PetrelError } from '@petrel/model';
import { readTextFamilies, validateOpenMetrics } from '@petrel/wire';
import { comparableFamilies, type FamilyFact, familyOf, runEncodeCases, runNegotiationCases } from './family-cases.ts';
import { comparableEntry, type EntryFact, parseError, readEntries, runParserErrorCases } from './parser-cases.ts';
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
    case 'encode.json':
      runEncodeCases(path, report);
      break;
    case 'negotiation.json':
      runNegotiationCases(path, report);
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
  readonly families?: readonly FamilyFact[];
  readonly error?: string;
}

function runManifest(path: string, report: CaseReport): void {
  const { files } = JSON.parse(readFileSync(path, 'utf8')) as { files: readonly ManifestCase[] };
  for (const fact of files) {
    const body = readFileSync(join(dirname(path), fact.file));
    runValidity(fact, body, report);
    if (fact.families !== undefined) {
      const expected = comparableFamilies(fact.families.map(familyOf));
      const error = refusalOf(() => readTextFamilies(body));
      const got = error ?? comparableFamilies(readTextFamilies(body));
      report.check(`${fact.file} families`, expected, got);
    }
    if (fact.entries !== undefined) {
      const got = readEntries(body, fact.format);
      fact.entries.forEach((entry, i) => {
        report.check(`${fact.file} entry ${i}`, comparableEntry(entry), got[i]);
      });
      report.check(`${fact.file} entries`, fact.entries.length, got.length);
    }
  }
}

/** The OpenMetrics cases are for a strict validator, the text ones for a strict reader of families, files with entries for the scrape parser. */
function runValidity({ file, format, valid, error, entries }: ManifestCase, body: Buffer, report: CaseReport): void {
  let got: string | undefined;
  if (format === 'text' && entries === undefined) got = refusalOf(() => readTextFamilies(body));
  else if (file.startsWith('openmetrics/')) got = refusalOf(() => validateOpenMetrics(body));
  else got = parseError(body, format);
  // Whether it is valid is not known of a seed for mutation: it must be read or refused, which an exception would not be.
  const expected = valid === null ? got === undefined : valid;
  report.check(file, expected ? 'valid' : 'invalid', got === undefined ? 'valid' : 'invalid', got ?? error);
}

function refusalOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof PetrelError) return error.message;
    throw error;
  }
}
