import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runAlertmanagerSuite } from './run.ts';

const folder = fileURLToPath(new URL('../../../../shared/conformance/alertmanager', import.meta.url));

test.skipIf(!existsSync(folder))(
  'the Alertmanager conformance files pass (skipped where the folder is absent)',
  async () => {
    const { passed, failed, skipped, lines } = await runAlertmanagerSuite([folder]);
    expect(lines).toEqual([]);
    expect({ failed, skipped }).toEqual({ failed: 0, skipped: 0 });
    expect(passed).toBeGreaterThan(400);
  },
);
