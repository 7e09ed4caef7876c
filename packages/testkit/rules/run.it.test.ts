import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runRulesSuite } from './run.ts';

const folder = fileURLToPath(new URL('../../../../shared/conformance/rules', import.meta.url));
if (!existsSync(folder)) console.log('../shared/conformance/rules is not there: its files are not run');

// Half a million evaluations: half a minute on an idle machine.
test.skipIf(!existsSync(folder))(
  'all of the rules conformance files pass, the slow ones too',
  { timeout: 400_000 },
  async () => {
    const { failed, lines } = await runRulesSuite([folder]);
    expect({ failed, lines: lines.filter((line) => line.startsWith('FAIL')) }).toEqual({ failed: 0, lines: [] });
  },
);
