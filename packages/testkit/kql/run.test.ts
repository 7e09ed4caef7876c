import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runKqlSuite } from './run.ts';

const folder = fileURLToPath(new URL('../../../../shared/conformance/kql', import.meta.url));

test.skipIf(!existsSync(folder))('the KQL conformance file passes (skipped where the folder is absent)', async () => {
  const { passed, failed, skipped, lines } = await runKqlSuite([folder]);
  expect(lines).toEqual([]);
  expect({ failed, skipped }).toEqual({ failed: 0, skipped: 0 });
  expect(passed).toBeGreaterThan(50);
});
