import { readFileSync } from 'node:fs';
import { parseLogql } from '@petrel/query/logql/parse/index.ts';
import { printLogql, printPretty } from '@petrel/query/logql/print/index.ts';
import type { CaseReport } from '../exposition/report.ts';

interface CanonicalFacts {
  readonly string: readonly { readonly query: string; readonly string: string }[];
  readonly pretty: readonly { readonly query: string; readonly pretty: string }[];
}

/** The facts were taken at this width, so that short queries show where they break. */
const FACTS_WIDTH = 20;

/** canonical.json: the text of a query on one line, and over several. */
export function runCanonicalCases(path: string, report: CaseReport): void {
  const facts = JSON.parse(readFileSync(path, 'utf8')) as CanonicalFacts;
  for (const { query, string } of facts.string) {
    report.check(`string ${query}`, string, printed(query, printLogql));
  }
  for (const { query, pretty } of facts.pretty) {
    report.check(
      `pretty ${query}`,
      pretty,
      printed(query, (expr) => printPretty(expr, FACTS_WIDTH)),
    );
  }
}

function printed(query: string, print: (expr: ReturnType<typeof parseLogql>) => string): string {
  try {
    return print(parseLogql(query));
  } catch (error) {
    return `threw ${error instanceof Error ? error.message : String(error)}`;
  }
}
