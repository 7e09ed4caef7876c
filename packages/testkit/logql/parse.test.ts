import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runLogqlSuite } from './run.ts';

const folder = fileURLToPath(new URL('../../../../shared/conformance/logql/', import.meta.url));

test.skipIf(!existsSync(folder)).each([
  ['parse.json', 400],
  ['canonical.json', 50],
])('%s passes (skipped where the folder is absent)', async (file, least) => {
  const { passed, failed, lines } = await runLogqlSuite([folder + file]);
  expect(lines).toEqual([]);
  expect(failed).toBe(0);
  expect(passed).toBeGreaterThan(least);
});
