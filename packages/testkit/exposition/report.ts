import { isDeepStrictEqual } from 'node:util';

/** Counts cases; a line for each that failed or was skipped. */
export class CaseReport {
  passed = 0;
  failed = 0;
  skipped = 0;
  readonly lines: string[] = [];

  check(name: string, expected: unknown, got: unknown, note?: string): void {
    if (isDeepStrictEqual(expected, got)) {
      this.passed++;
      return;
    }
    this.failed++;
    this.lines.push(
      `FAIL ${name}\n  expected ${shown(expected)}\n  got      ${shown(got)}${note ? `\n  (${note})` : ''}`,
    );
  }

  fail(name: string, reason: string): void {
    this.failed++;
    this.lines.push(`FAIL ${name}\n  ${reason}`);
  }

  skip(name: string, reason: string): void {
    this.skipped++;
    this.lines.push(`SKIP ${name}: ${reason}`);
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
