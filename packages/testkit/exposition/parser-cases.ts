import { readFileSync } from 'node:fs';
import { PetrelError } from '@petrel/model';
import { createExpositionParser, type ExpositionParser } from '@petrel/wire';
import type { CaseReport } from './report.ts';

interface ErrorCase {
  readonly format: 'text' | 'openmetrics';
  readonly input?: string;
  readonly input_hex?: string;
  readonly valid: boolean;
}

/** A numeric fact: JSON has no words for what is not finite. */
export type NumberFact = number | 'NaN' | 'Inf' | '+Inf' | '-Inf';

export interface EntryFact {
  readonly text?: string;
  readonly help?: string;
  readonly type?: string;
  readonly unit?: string;
  readonly comment?: string;
  readonly value?: NumberFact;
  readonly timestamp_ms?: number;
  readonly start_timestamp_ms?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly exemplars?: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: NumberFact;
    readonly timestamp_ms?: number;
  }[];
}

/** Inputs of the scrape parsers: accepted or refused, nothing else thrown. */
export function runParserErrorCases(path: string, report: CaseReport): void {
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly ErrorCase[] };
  cases.forEach((fact, i) => {
    const body = fact.input_hex === undefined ? Buffer.from(fact.input ?? '') : Buffer.from(fact.input_hex, 'hex');
    const error = parseError(body, fact.format);
    const name = `prometheus_parser_errors.json #${i} ${JSON.stringify(fact.input ?? fact.input_hex)}`;
    report.check(name, fact.valid ? 'valid' : 'invalid', error === undefined ? 'valid' : 'invalid', error);
  });
}

/** The message of the first error that the scrape parser finds, undefined when it finds none. */
export function parseError(body: Uint8Array, format: 'text' | 'openmetrics'): string | undefined {
  try {
    const parser = createExpositionParser(body, format);
    for (;;) {
      const entry = parser.next();
      if (entry === 'eof') return undefined;
      if (entry !== 'series') continue;
      parser.labels();
      parser.exemplars();
    }
  } catch (error) {
    if (error instanceof PetrelError) return error.message;
    throw error;
  }
}

/** The entries of an exposition in order, in the shape of the facts. */
export function readEntries(body: Uint8Array, format: 'text' | 'openmetrics'): EntryFact[] {
  const parser = createExpositionParser(body, format, { createdAsStart: true });
  const entries: EntryFact[] = [];
  for (;;) {
    switch (parser.next()) {
      case 'eof':
        return entries;
      case 'help':
        entries.push({ text: parser.metric, help: parser.help });
        break;
      case 'type':
        entries.push({ text: parser.metric, type: parser.type });
        break;
      case 'unit':
        entries.push({ text: parser.metric, unit: parser.unit });
        break;
      case 'comment':
        entries.push({ comment: parser.comment });
        break;
      case 'histogram':
        throw new Error('a native histogram in a text format');
      case 'series':
        entries.push(seriesEntry(parser));
    }
  }
}

function seriesEntry(parser: ExpositionParser): EntryFact {
  const exemplars = parser.exemplars();
  return {
    text: Buffer.from(parser.bytes.subarray(parser.seriesStart, parser.seriesEnd)).toString(),
    value: numberFact(parser.value),
    labels: parser.labels().toObject(),
    ...(Number.isNaN(parser.timestampMs) ? {} : { timestamp_ms: parser.timestampMs }),
    ...(parser.startTimestampMs === 0 ? {} : { start_timestamp_ms: parser.startTimestampMs }),
    ...(exemplars.length === 0
      ? {}
      : {
          exemplars: exemplars.map(({ labels, value, tMs }) => ({
            labels: labels.toObject(),
            value: numberFact(value),
            ...(tMs === undefined ? {} : { timestamp_ms: tMs }),
          })),
        }),
  };
}

export function numberFact(value: number): NumberFact {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return 'Inf';
  return value === -Infinity ? '-Inf' : value;
}

/** A fact without what the parser does not give; a left-out value of a sample is 0. */
export function comparableEntry(entry: EntryFact): EntryFact {
  const { labels_with_type_and_unit: _, ...rest } = entry as EntryFact & { labels_with_type_and_unit?: unknown };
  return rest.labels !== undefined && rest.value === undefined ? { ...rest, value: 0 } : rest;
}
