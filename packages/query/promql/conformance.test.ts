import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runPromqlSuite } from '@petrel/testkit/promql/suite.ts';
import { describe, expect, test } from 'vitest';

const FOLDER = resolve('../shared/conformance/promql');
const files = ['testdata', 'engine-off']
  .map((name) => join(FOLDER, name))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  .filter((path) => path.endsWith('.test'));

describe.skipIf(files.length === 0)(`Prometheus's scripts (skipped where ${FOLDER} is not there)`, () => {
  test.each(files)('%s', async (path) => {
    const { passed, failed, lines } = await runPromqlSuite([path], { extraChecks: true });
    expect(lines.filter((line) => line.startsWith('FAIL'))).toEqual([]);
    expect(failed).toBe(0);
    expect(passed).toBeGreaterThan(0);
  });
});
