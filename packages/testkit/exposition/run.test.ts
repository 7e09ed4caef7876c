import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runExpositionSuite } from './run.ts';

const folder = fileURLToPath(new URL('../../../../shared/conformance/exposition', import.meta.url));

test.skipIf(!existsSync(folder))(
  'the exposition conformance files pass (skipped where the folder is absent)',
  async () => {
    const { passed, failed, skipped, lines } = await runExpositionSuite([folder]);
    expect(lines).toEqual([]);
    expect({ failed, skipped }).toEqual({ failed: 0, skipped: 0 });
    expect(passed).toBeGreaterThan(300);
  },
);
